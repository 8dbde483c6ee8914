"""`python -m ovro_alert`: what a person asks of the relay, one file per family of commands."""
