"""The page at `/` in real browsers: Chromium and Firefox of Debian's packages."""
