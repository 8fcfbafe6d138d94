"""What the Makefile runs on a developer's machine; nothing here goes to Lambda."""
