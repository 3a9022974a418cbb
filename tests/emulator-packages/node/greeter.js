// A user's program: it creates users of Azure Communication Services with the official client.

import { CommunicationIdentityClient } from "@azure/communication-identity";

export class Greeter {
  #client;

  constructor(connectionString, options) {
    this.#client = new CommunicationIdentityClient(connectionString, options);
  }

  async admit() {
    const { user, token } = await this.#client.createUserAndToken(["chat"]);
    return { id: user.communicationUserId, token };
  }

  async admitTeamsUser(options) {
    return (await this.#client.getTokenForTeamsUser(options)).token;
  }
}
