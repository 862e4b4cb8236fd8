"""Write the page of targets: `python -m simcare.report.targets > docs/validation.md`."""

from simcare.report.targets.page import main

if __name__ == "__main__":
    main()
