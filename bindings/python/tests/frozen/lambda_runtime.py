"""Calls the AWS Lambda function like Lambda's runtime, by its name and with a JSON event, and checks that nothing can be
written."""

import json
import os
import sys

import acs_auth
import lambda_function

event = dict(zip(["token", "client_id", "user_object_id"], sys.argv[1:]))
print(lambda_function.lambda_handler(json.loads(json.dumps(event)), None)["body"])

package = os.path.dirname(acs_auth.__file__)
assert package == "/opt/python/acs_auth", package
for folder in (package, os.path.dirname(lambda_function.__file__), os.getcwd()):
    try:
        open(os.path.join(folder, "written"), "w").close()
    except OSError:
        continue
    sys.exit(f"{folder} can be written")
