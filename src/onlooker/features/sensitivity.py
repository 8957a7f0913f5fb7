"""How sensitive: customers of high tiers, and fields that most work does not need."""

from onlooker.features.feature import Feature

SENSITIVE = (
    "accountnumber", "balance", "bankaccount", "birthdate", "card", "cardnumber", "cardno", "cvv", "dateofbirth", "dob",
    "documents", "governmentid", "homeaddress", "iban", "idnumber", "income", "kyc", "kycdocument", "medical",
    "mothersmaidenname", "nationalid", "pan", "passport", "passportnumber", "password", "pin", "salary",
    "securityanswer", "seedphrase", "socialsecuritynumber", "ssn", "taxid", "taxnumber", "walletaddress",
)  # fmt: skip
"""Names of fields, in small letters, without what joins words."""

# `cardNumber`, `card_number` and `payment.card-number` are one name; lists may be JSON or separated by anything.
_NAMES = """',' || translate(lower(fields), ';|/.:[](){}"_- ', ',,,,,,,,,,,,') || ','"""
SHOWS = " OR ".join(f"{_NAMES} LIKE '%,{name},%'" for name in SENSITIVE)

FEATURES = (
    Feature(
        "high_tier",
        "visits",
        "high",
        "visits to customers of a high tier",
        needs_context=("customers",),
        short="high tier",
    ),
    Feature(
        "sensitive", "events", f"({SHOWS})", "looks at sensitive fields", needs=("fields",), short="sensitive fields"
    ),
)
