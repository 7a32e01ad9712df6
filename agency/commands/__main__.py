from agency.commands.main import main

main()
