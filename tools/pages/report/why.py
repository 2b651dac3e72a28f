"""Why the two profiles differ, in three lines with the numbers of this store."""


def explain(store, strict, reference):
    early = strict.reasons("strict", "accelerometer").get("before_consent", 0)
    composition = store.reference_ml_rows()
    ml_reference = reference.rows("reference", "machine_learning_curated")
    ml_strict = strict.rows("strict", "machine_learning_curated")
    unseen = strict.rows("strict", "customer_trusted") - strict.rows("strict", "customers_curated")
    return [
        f"{early:,} accelerometer readings were taken before their owner agreed: strict leaves them out, and with "
        f"them {unseen:,} people who have no later ones.",
        f"{composition['two people']:,} of the {ml_reference:,} published ML rows pair the steps of one person with "
        f"the movement of another: reference joins on time alone.",
        f"Each of the {ml_strict:,} ML rows of strict is one person at one instant after that person agreed, under "
        f"a pseudonym.",
    ]
