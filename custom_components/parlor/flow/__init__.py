"""The steps of Parlor's flows, each shared by set-up and by the subentry it belongs to."""
