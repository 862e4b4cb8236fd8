"""Write the page: `python -m simcare.report.extremes > docs/face-validity.md`."""

from simcare.report.extremes.page import main

if __name__ == "__main__":
    main()
