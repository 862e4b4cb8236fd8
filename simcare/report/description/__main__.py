"""Write the page: `python -m simcare.report.description > docs/model-description.md`."""

from simcare.report.description.page import main

if __name__ == "__main__":
    main()
