"""The services beside the devices: directories, Kerberos, time, names, mail, each on its real protocol."""
