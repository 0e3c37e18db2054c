"""What operators do about alarms and incidents: acks, silences, maintenance, notes. Pure."""
