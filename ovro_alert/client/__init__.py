"""HTTP to the relay: what receivers, telescope clients and the command line speak with it."""

from ovro_alert.client.relay import Followed, Receipt, RelayClient

__all__ = ["Followed", "Receipt", "RelayClient"]
