"""Brings a stage up on AWS, and takes it down again (docs/deploy.md)."""
