"""The web app: server-rendered pages over the same reads and uploads as the API."""
