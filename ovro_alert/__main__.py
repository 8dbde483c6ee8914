"""`python -m ovro_alert`: the command line."""

from ovro_alert.console.entrance import ovro_alert

if __name__ == "__main__":
    ovro_alert(prog_name="ovro-alert")
