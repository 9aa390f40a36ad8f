"""Claims of a deed are told from answers and excuses in every language that has reply templates."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant
import pytest

from custom_components.parlor.agent.claims import claims_deed
from custom_components.parlor.agent.replies import speak_error
from tests.talking_house import call, calls, says, talking_house

# Claims in any turn; claims only in the answer to a command; neither.
_SENTENCES: Mapping[str, tuple[list[str], list[str], list[str]]] = {
    "de": (
        [
            "Ich habe das Licht in der Küche ausgeschaltet.",
            "Das Licht wurde ausgeschaltet.",
            "Erledigt!",
            "Okay, erledigt.",
            "Ich schalte das Licht jetzt aus.",
            "Ich werde das Licht ausschalten.",
            "Licht ausgeschaltet.",
        ],
        [
            "Das Licht in der Küche ist jetzt aus.",
            "Klar!",
            "Die Rollos schließen sich.",
            "Das Thermostat ist auf 20 Grad.",
        ],
        ["Ich kann das Licht nicht ausschalten.", "Das habe ich nicht gefunden.", "Soll ich das Licht ausschalten?"],
    ),
    "fr": (
        [
            "J'ai éteint la lumière de la cuisine.",
            "La lumière a été éteinte.",
            "C'est fait !",
            "J\u2019éteins la lumière.",
            "Je vais éteindre la lumière.",
            "Lumière éteinte.",
        ],
        [
            "La lumière de la cuisine est éteinte.",
            "D'accord.",
            "Les volets se ferment.",
            "Le thermostat est réglé sur 20 degrés.",
        ],
        ["Je ne peux pas éteindre la lumière.", "Je n'ai rien trouvé.", "Veux-tu que j'éteigne la lumière ?"],
    ),
    "es": (
        [
            "He apagado la luz de la cocina.",
            "Se ha apagado la luz.",
            "¡Hecho!",
            "Listo.",
            "Apagando la luz.",
            "Voy a apagar la luz.",
            "Luz apagada.",
        ],
        ["La luz de la cocina está apagada.", "Claro.", "Las persianas se están cerrando."],
        ["No puedo apagar la luz.", "No he encontrado la luz.", "¿Quieres que apague la luz?"],
    ),
    "nl": (
        [
            "Ik heb het licht in de keuken uitgedaan.",
            "Het licht is uitgeschakeld.",
            "Klaar!",
            "Oké, geregeld.",
            "Ik zet het licht uit.",
            "Ik zal het licht uitdoen.",
            "Licht uitgezet.",
        ],
        ["Het licht in de keuken is uit.", "Natuurlijk.", "De gordijnen gaan dicht."],
        ["Ik kan het licht niet uitdoen.", "Dat heb ik niet gevonden.", "Zal ik het licht uitdoen?"],
    ),
    "it": (
        ["Ho spento la luce in cucina.", "La luce è stata spenta.", "Fatto!", "Sto spegnendo la luce.", "Luce spenta."],
        ["La luce in cucina è spenta.", "Va bene.", "Le tapparelle si stanno chiudendo."],
        ["Non posso spegnere la luce.", "Non ho trovato la luce.", "Vuoi che spenga la luce?"],
    ),
    "pt": (
        ["Desliguei a luz da cozinha.", "A luz foi desligada.", "Feito!", "Vou desligar a luz.", "Luz desligada."],
        ["A luz da cozinha está desligada.", "Claro.", "As persianas estão a fechar."],
        ["Não posso desligar a luz.", "Não encontrei a luz.", "Queres que desligue a luz?"],
    ),
    "pl": (
        [
            "Wyłączyłem światło w kuchni.",
            "Światło zostało wyłączone.",
            "Gotowe!",
            "Wyłączam światło.",
            "Światło wyłączone.",
        ],
        ["Światło w kuchni jest wyłączone.", "Dobrze.", "Rolety zamykają się."],
        ["Nie mogę wyłączyć światła.", "Nie znalazłem światła.", "Czy mam wyłączyć światło?"],
    ),
    "sv": (
        [
            "Jag har släckt lampan i köket.",
            "Lampan har släckts.",
            "Klart!",
            "Jag släcker lampan.",
            "Jag ska släcka lampan.",
        ],
        ["Lampan i köket är släckt.", "Okej.", "Gardinerna stängs."],
        ["Jag kan inte släcka lampan.", "Jag hittade ingen lampa.", "Vill du att jag släcker lampan?"],
    ),
    "da": (
        ["Jeg har slukket lyset i køkkenet.", "Lyset blev slukket.", "Det er gjort!", "Jeg slukker lyset."],
        ["Lyset i køkkenet er slukket.", "Selvfølgelig."],
        ["Jeg kan ikke slukke lyset.", "Jeg fandt ikke lampen.", "Vil du have lyset slukket?"],
    ),
    "nb": (
        [
            "Jeg har slått av lyset på kjøkkenet.",
            "Lyset ble slukket.",
            "Ferdig!",
            "Jeg slår av lyset.",
            "Jeg skal slukke lyset.",
        ],
        ["Lyset på kjøkkenet er av.", "Greit."],
        ["Jeg kan ikke slå av lyset.", "Jeg fant ikke lampen.", "Vil du at jeg skal slå av lyset?"],
    ),
    "cs": (
        ["Zhasnul jsem světlo v kuchyni.", "Světlo bylo zhasnuto.", "Hotovo!", "Vypínám světlo.", "Světlo vypnuto."],
        ["Světlo v kuchyni je vypnuté.", "Dobře.", "Žaluzie se zavírají."],
        ["Nemohu vypnout světlo.", "Světlo jsem nenašel.", "Mám zhasnout světlo?"],
    ),
}
_CASES = [
    (language, sentence, kind)
    for language, kinds in _SENTENCES.items()
    for kind, sentences in enumerate(kinds)
    for sentence in sentences
]


@pytest.mark.parametrize(("language", "sentence", "kind"), _CASES, ids=[f"{one[0]}: {one[1]}" for one in _CASES])
def test_claims(language: str, sentence: str, kind: int) -> None:
    """A deed is always claimed, a state only in the answer to a command, and an excuse claims nothing."""
    assert claims_deed(sentence, language, command=True) == (kind in (0, 1))
    assert claims_deed(sentence, language, command=False) == (kind == 0)


@pytest.mark.parametrize("language", sorted(_SENTENCES))
async def test_lying_model(hass: HomeAssistant, socket_enabled: None, language: str) -> None:
    """A model that says it did something without a call is asked once more, and then the truth is said."""
    lie = _SENTENCES[language][0][0]
    async with talking_house(hass) as house:
        house.server.script(says(lie), says(lie))
        said = await house.say("Kitchen ceiling light", language=language)
        assert said.speech == speak_error("claim_unproven", language)
        assert house.state("Kitchen ceiling light") == "on"
        assert len(house.requests) == 2


async def test_language_without_templates(hass: HomeAssistant, socket_enabled: None) -> None:
    """Where a language has no templates the model is handed what became of its calls, and says it."""
    async with talking_house(hass) as house:
        house.server.script(calls(call("turn_off", "Kitchen", kind="light")), says("Keittiön valo on sammutettu."))
        said = await house.say("Sammuta keittiön valo", language="fi")
        assert said.speech == "Keittiön valo on sammutettu."
        assert house.state("Counter light") == "off"
        told = house.requests[1]["messages"][-1]
        assert told["role"] == "tool"
        assert "Counter light: off" in told["content"]
