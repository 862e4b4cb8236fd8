"""Write the page of studies: `python -m simcare.report.studies > docs/validation-supports.md`."""

from simcare.report.studies.page import main

if __name__ == "__main__":
    main()
