// A CONNECT proxy, like a company's. Whatever host is requested, the tunnel leads to one port here, so that the emulator stands in for
// Entra ID and Azure Communication Services under their own names. Browser and back end only have this proxy set.
import { createServer } from "node:http";
import { connect } from "node:net";

export async function tunnelTo(port) {
  const hosts = new Set();
  const sockets = new Set();
  const server = createServer((_request, response) => response.writeHead(403).end());
  server.on("connect", ({ url }, client, head) => {
    hosts.add(url);
    const to = connect(port, "localhost", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      to.write(head);
      client.pipe(to).pipe(client);
    });
    for (const socket of [client, to]) {
      sockets.add(socket);
      socket.on("error", () => [client, to].forEach((each) => each.destroy()));
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    hosts,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
