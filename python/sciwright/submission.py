"""The facts of a submission that an MLCommons log begins with, from keywords, a section, or a YAML file."""

# What cloudmesh's two sections and our own keywords call a fact, and the record it belongs in.
_RECORDS = {"name": "submission_benchmark", "benchmark": "submission_benchmark", "org": "submission_org",
            "organisation": "submission_org", "platform": "submission_platform", "division": "submission_division",
            "status": "submission_status", "submitter": "submission_poc_name", "user": "submission_poc_name",
            "email": "submission_poc_email", "e-mail": "submission_poc_email", "version": "submission_version",
            "github_commit_version": "submission_github_commit_version"}


def _section(configfile, name):
    try:
        import yaml
    except ImportError as error:
        raise ImportError(f"reading {configfile} needs PyYAML; pass {name}={{…}} instead") from error
    with open(configfile, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    if not isinstance(document, dict) or not isinstance(document.get(name), dict):
        raise ValueError(f"{configfile}: expected a section '{name}'")
    return document[name]


def submission_records(section, configfile=None, facts=None):
    """Pairs of key and value. Facts are those of the file's section, of a keyword with the section's name that is
    itself a section, and of other keywords; later ones win. Raises KeyError for facts that are not known."""
    gathered = dict(_section(configfile, section)) if configfile is not None else {}
    facts = dict(facts or {})
    if isinstance(facts.get(section), dict):
        gathered.update(facts.pop(section))
    gathered.update(facts)
    unknown = sorted(set(gathered) - set(_RECORDS))
    if unknown:
        raise KeyError(f"no fact of a submission: {', '.join(unknown)}; known: {', '.join(sorted(_RECORDS))}")
    records = {_RECORDS[fact]: value for fact, value in gathered.items()}
    if "submission_github_commit_version" in records:  # checkers know one or the other
        records["github_commit_version"] = records["submission_github_commit_version"]
    return list(records.items())


def log_settings(filename, config):
    """File and namespace out of what mlperf_logging's config() takes. Raises KeyError for other settings."""
    known = {"filename", "default_namespace", "default_stack_offset", "default_clear_line", "root_dir"}
    unknown = sorted(set(config) - known)
    if unknown:
        raise KeyError(f"no setting of the log: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return config.get("filename", filename), config.get("default_namespace", "")
