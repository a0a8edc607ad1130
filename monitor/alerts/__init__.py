"""From findings to what each reader is told, once: what is due, the digest, its channels, the breaker."""
