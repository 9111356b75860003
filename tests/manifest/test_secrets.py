"""No secret gets into an answer, and none into the message that refuses it; what only looks like one is let through."""

import pytest

from tools.catalogue import JINJA

MODULE = JINJA.get_template("manifest/rules.jinja").module

# Made of words, so that no scanner takes them for more than examples.
IN_ANY_TEXT = [
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=not+a/key==;EndpointSuffix=core.windows.net",
    "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=not+a/key=",
    "BlobEndpoint=https://a.blob.core.windows.net;SharedAccessSignature=not-a-signature",
    "https://a.blob.core.windows.net/c?sv=2024-01-01&sig=not-a-signature",
    "amqps://guest:not-a-password@rabbit.example.com/",
    "git+https://not-a-token@github.com/contoso/package",
    "ghp_" + "notatoken" * 4,
    "eyJub3QiOiJhIn0.eyJ0b2tlbiI6MX0.not-a-token",
]
IN_A_SETTING = {
    "SqlConnectionString": "Server=tcp:a;User ID=b;Password=not-a-password",
    "DB_PASSWORD": "not-a-password",
    "ApiToken": "not-a-token",
    "Client:Secret": "not-a-secret",
    "STORAGE_KEY": "not-a-key",
    "BlobSAS": "not-a-signature",
}
HARMLESS = {
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
    "DB_PASSWORD": "@Microsoft.KeyVault(SecretUri=https://a.vault.azure.net/secrets/b)",
    "ApiToken": "%OtherSetting%",
    "ClientSecret": "",
    "Password": "<your password>",
    "TOKEN": "/run/secrets/token",
    "SqlConnectionString": "Server=tcp:a;Database=b;Authentication=Active Directory Default",
    "StorageConnection": "AccountName=a;AccountKey=%Key%",
    "PARTITION_KEY": "id",
    "MAX_TOKENS": "4000",
    "TOKEN_URL": "https://login.example.com/token",
    "SECRET_NAME": "database",
    "Compass": "north",
    "PasswordRules": "at least 12 signs",
    "Callback": "https://example.com/a?b=c&design=d@e",
    "Greeting": "100% of us say: hello",
}


@pytest.mark.parametrize("text", IN_ANY_TEXT)
def test_a_secret_is_found_in_any_text_and_not_shown(text: str) -> None:
    assert MODULE.secret_in(text)
    assert "not" not in MODULE.show(f"a {text}")
    assert "not" not in MODULE.show({"key": [text]})


@pytest.mark.parametrize("name", IN_A_SETTING)
def test_a_secret_is_found_in_a_setting(name: str) -> None:
    assert MODULE.secret_in(IN_A_SETTING[name], name)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_secret_is_let_through(name: str) -> None:
    assert not MODULE.secret_in(HARMLESS[name], name)
