"""`python -m simcare.cli`, the same as `simcare`."""

from simcare.cli import main

if __name__ == "__main__":
    main()
