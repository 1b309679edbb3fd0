exit(Command.run())
