"""Write the page of the back-cast: `python -m simcare.report.backcast > docs/back-cast.md`."""

from simcare.report.backcast.page import main

if __name__ == "__main__":
    main()
