"""Clients that are generated from the API's document, driven against the running API."""
