#!/bin/sh
# The custom handler of an Azure Functions app: it must listen on the port that the host chooses.
exec ./acs-auth serve --listen "127.0.0.1:$FUNCTIONS_CUSTOMHANDLER_PORT" --log-format json
