"""Tasks whose client was used before Celery forked its workers."""

import os
from pathlib import Path

from celery import Celery

import acs_auth

FOLDER = Path(os.environ["CELERY_FOLDER"])
for name in ("queue", "done", "results"):
    (FOLDER / name).mkdir(exist_ok=True)

app = Celery("tasks", broker="filesystem://", backend=f"file://{FOLDER / 'results'}")
app.conf.broker_transport_options = {
    "data_folder_in": str(FOLDER / "queue"),
    "data_folder_out": str(FOLDER / "queue"),
    "control_folder": str(FOLDER),
}
app.conf.worker_prefetch_multiplier = 1

client = acs_auth.CommunicationIdentityClient.from_connection_string(
    os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]
)
client.create_user()


@app.task
def create(number):
    return f"{os.getpid()} {client.create_user().raw_id}"
