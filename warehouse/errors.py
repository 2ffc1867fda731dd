"""Stable error codes and the one exception that carries them.

A message names code, place and next step and never a value from the data.
What does not belong here: handling.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What a code means and what a person should do about it."""

    name: str
    next_step: str


CATALOGUE: dict[str, Problem] = {
    # 10xx: a delivered file
    "RP-1004": Problem("file_truncated", "ask the sender to deliver the file again"),
    "RP-1005": Problem("gzip_truncated", "ask the sender to deliver the file again"),
    "RP-1006": Problem("file_empty", "ask the sender to deliver the file again"),
    "RP-1007": Problem("conflicting_redelivery", "ask the sender which version holds"),
    "RP-1008": Problem("unknown_file_name", "rename the file or add its pattern to the contract"),
    "RP-1009": Problem("unsafe_file", "deliver a regular file with a plain name"),
    "RP-1010": Problem("manifest_mismatch", "ask the sender to deliver file and manifest again"),
    "RP-1011": Problem("unknown_column", "add the column to the contract or tell the sender"),
    "RP-1012": Problem("missing_column", "ask the sender, or add an alias to the contract"),
    "RP-1013": Problem("duplicate_header", "ask the sender for unique column names"),
    "RP-1014": Problem("wrong_encoding", "ask the sender for the encoding in the contract"),
    "RP-1015": Problem("malformed_file", "ask the sender for a well-formed file"),
    "RP-1016": Problem("too_many_bad_rows", "look at the quarantine, then ask the sender"),
    "RP-1017": Problem("garbled_text", "ask the sender which encoding was read before sending"),
    "RP-1018": Problem("other_kind_of_file", "ask the sender for the format in the contract"),
    "RP-1019": Problem("date_far_ahead", "correct the date in the name, or send another near it"),
    "RP-1021": Problem("decompression_bomb", "ask the sender for an honest file"),
    "RP-1022": Problem("parquet_unreadable", "ask the sender for a flat table of plain types"),
    # 11xx: a row
    "RP-1101": Problem("bad_cast", "look at the named column in the stored file"),
    "RP-1102": Problem("required_value_missing", "look at the named column in the stored file"),
    "RP-1103": Problem("value_not_accepted", "add the value to the contract or tell the sender"),
    "RP-1104": Problem("conflicting_duplicate_key", "ask the sender which row holds"),
    "RP-1105": Problem("malformed_row", "look at the record in the stored file"),
    "RP-1106": Problem("future_time", "ask the sender, or say in the contract that it may be"),
    "RP-1107": Problem("mangled_identifier", "ask for an export that never saw a spreadsheet"),
    "RP-1108": Problem("ambiguous_date", "ask the sender for one date format"),
    "RP-1109": Problem("sentinel_time", "ask the sender to leave unknown times empty"),
    # 12xx: deliveries over time
    "RP-1201": Problem("closed_month_restated", "tell whoever has reported that month"),
    "RP-1202": Problem("day_missing", "ask the sender for the day, or accept the finding"),
    "RP-1211": Problem("volume_unusual", "ask the sender, or accept the finding"),
    "RP-1212": Problem("column_gone_blank", "ask the sender, or accept the finding"),
    "RP-1213": Problem("values_repeat", "ask the sender, or accept the finding"),
    "RP-1214": Problem("mix_shifted", "ask the sender, or accept the finding"),
    "RP-1215": Problem("unit_changed", "ask the sender for the unit, or accept the finding"),
    # 20xx: gates
    "RP-2001": Problem("gate_red", "read the failed checks; the last generation stays published"),
    "RP-2002": Problem("gate_empty", "a gate without results is red; restore its suite"),
    "RP-2003": Problem("no_such_finding", "list the findings with `rapport findings`"),
    "RP-2004": Problem("suite_shrunk", "restore the checks, or say in the commit why they went"),
    "RP-2010": Problem("identity_unavailable", "remove the vault's files of the table; run again"),
    "RP-2011": Problem(
        "identity_changes_in_bulk",
        "read `rapport identity report`, then `rapport identity accept` or mend the delivery",
    ),
    # 30xx: the installation
    "RP-3001": Problem("disk_full", "free space under RAPPORT_HOME and run again"),
    "RP-3002": Problem("another_run", "wait for the other run, or stop it"),
    "RP-3003": Problem("key_missing", "restore the key file; pseudonyms depend on it"),
    "RP-3004": Problem("warehouse_corrupt", "run again: it is rebuilt from the store"),
    "RP-3005": Problem("key_unsafe", "chmod 600 the key file and make it at least 32 bytes"),
    "RP-3006": Problem("contract_invalid", "mend the source file named"),
    "RP-3007": Problem("nothing_delivered", "put exports into the landing folder"),
    "RP-3008": Problem("store_corrupt", "restore the stored file from backup"),
    "RP-3009": Problem("fenced_out", "a newer run has published; nothing to do"),
    "RP-3010": Problem("no_such_generation", "list the generations with `rapport generations`"),
    "RP-3011": Problem("ledger_newer", "use the release that wrote this ledger, or a newer one"),
    "RP-3012": Problem("dbt_failed", "read the named model or test in the log"),
    "RP-3013": Problem("key_collision", "two customers share a key; raise CUSTOMER_KEY_LENGTH"),
    "RP-3014": Problem("unexpected_error", "run again; if it stays, report the line named"),
    "RP-3015": Problem("dagster_config", "restore dagster_project/dagster.yaml"),
    "RP-3020": Problem("formula_invalid", "mend the indicator named, in dbt/models/indicators"),
    "RP-3021": Problem("definition_dates", "let a version begin on the day the one before ends"),
    # 31xx: decisions about identity
    "RP-3101": Problem("no_such_customer", "look the key up in mart_customer_360"),
    "RP-3102": Problem("no_such_record", "name records as `rapport identity explain` does"),
    "RP-3103": Problem("nothing_to_split", "name some records of the customer, not all of them"),
    "RP-3104": Problem("person_and_organisation", "link them as a contact; they stay two"),
    "RP-3105": Problem("reason_not_plain", "give a reason without a name, number or address"),
    "RP-3106": Problem("nothing_to_accept", "there is no such set of changes; report again"),
    "RP-3107": Problem("no_such_decision", "list them with `rapport identity decisions`"),
    "RP-3108": Problem("nothing_to_merge", "name two customers"),
    # 32xx: what people settle
    "RP-3201": Problem("no_such_finding", "list them with `rapport names open`"),
    "RP-3202": Problem("reason_unknown", "give one of the reasons listed"),
    # 40xx: models
    "RP-4001": Problem("too_few_positives", "wait for more matured outcomes; the champion stays"),
    "RP-4002": Problem(
        "leak_suspected", "exclude the feature, or trust it with a reason; the champion stays"
    ),
    "RP-4003": Problem("model_corrupt", "restore the model, or fit again"),
    "RP-4004": Problem("no_model", "fit a model for the offer first"),
    "RP-4005": Problem("features_mismatch", "fit again: the feature list has changed"),
    "RP-4006": Problem("badly_calibrated", "look at the card; the champion stays"),
    "RP-4007": Problem("no_better_than_chance", "look at the indicators; the champion stays"),
    "RP-4008": Problem("no_telling_feature", "widen the declaration; the champion stays"),
    "RP-4009": Problem("nobody_to_score", "check the snapshot and the model's population"),
    "RP-4010": Problem("best_tenth_unstable", "wait for more outcomes; the champion stays"),
    "RP-4011": Problem("scores_drifted", "look at the card's months; the champion stays"),
    "RP-4012": Problem("reason_not_plain", "say why in words: no long number, no @"),
    "RP-4013": Problem(
        "model_stopped", "look at mart_model_monitoring; promote, or wait for a fit"
    ),
    "RP-4014": Problem(
        "product_on_trial", "wait for mart_product_handover, or declare the base rate"
    ),
    "RP-4020": Problem("too_few_held_out", "hold out more customers at random; no effect is shown"),
    "RP-4021": Problem("too_few_to_cluster", "wait for more customers; the last clustering holds"),
    "RP-4022": Problem("no_stable_clusters", "declare other indicators; the last clustering holds"),
    "RP-4023": Problem("too_few_buyers", "wait for more purchases; nobody is given a value"),
    "RP-4024": Problem(
        "purchases_not_foretold", "ask what changed in the shop; nobody is given a value"
    ),
    "RP-4025": Problem(
        "spend_not_separable", "look at large buyers and amounts; nobody is given a value"
    ),
    # 50xx: exports
    "RP-5001": Problem("consents_unknown", "take in the newest consents and run again"),
}


class RapportError(Exception):
    """A failure with a stable code, the place it concerns, and the next step.

    Fields are names, counts and codes only (source, table, file, column, rows): never a cell value.
    """

    def __init__(self, code: str, **fields: object) -> None:
        """Compose `RP-nnnn name key=value ... next="..."`; an unknown code is a bug."""
        problem = CATALOGUE[code]
        self.code = code
        self.fields = fields
        shown = " ".join(f"{key}={value}" for key, value in fields.items())
        super().__init__(f'{code} {problem.name} {shown} next="{problem.next_step}"')
