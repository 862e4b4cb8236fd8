"""Write the page of spending: `python -m simcare.report.spending > docs/spending-check.md`."""

from simcare.report.spending.page import main

if __name__ == "__main__":
    main()
