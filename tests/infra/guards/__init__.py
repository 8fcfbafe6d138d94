"""What stands between the API and whoever asks too much: limits, errors, the cache in front."""
