"""`python -m copier_azure_functions` is the command, too."""

from copier_azure_functions.cli import main

if __name__ == "__main__":
    main()
