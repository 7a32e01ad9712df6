"""A person types a card into the framed form, on a page whose policy allows nothing but this origin."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGE = """<!doctype html><html lang="en"><head><title>Add a card</title><script src="{stripe}/v3/"></script>
<script src="/page.js" defer></script></head>
<body><main><h1>Add a card</h1><form id="form"><div id="card"></div><button>Save</button></form>
<p id="result" role="status"></p></main></body></html>"""
SCRIPT = """
const settings = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const stripe = Stripe(settings.key, {stripeAccount: settings.account});
const elements = stripe.elements({
  clientSecret: settings.secret, locale: settings.locale, appearance: settings.appearance});
const element = elements.create("payment");
element.on("ready", () => { document.body.dataset.ready = "yes"; });
element.mount("#card");
const tell = (text) => { document.getElementById("result").textContent = text; };
document.getElementById("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const confirm = settings.secret.startsWith("seti_") ? "confirmSetup" : "confirmPayment";
  const {error, setupIntent, paymentIntent} = await stripe[confirm]({elements, redirect: "if_required"});
  tell(error ? `${error.code}: ${error.message}` : (setupIntent ?? paymentIntent).status);
});
if (settings.next) stripe.handleNextAction({clientSecret: settings.secret}).then(
  ({error, paymentIntent}) => tell(error ? `${error.code}: ${error.message}` : paymentIntent.status));
"""
POLICY = (
    "default-src 'none'; script-src 'self' {stripe}; frame-src {stripe}; connect-src {stripe}; style-src 'self'; "
    "base-uri 'none'"
)


@pytest.fixture(scope="module")
def page_url(running):
    """Serves the page with the strictest policy that still lets the form in."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            text, kind = (SCRIPT, "text/javascript") if self.path == "/page.js" else (PAGE, "text/html")
            content = (text if text is SCRIPT else text.format(stripe=running.url)).encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY.format(stripe=running.url))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{site.server_address[1]}/"
        site.shutdown()
        thread.join()


@pytest.fixture
def complaints():
    return []


@pytest.fixture
def visit(chromium, page_url, key, complaints):
    """Open the page with an intent; what the console complains about is collected."""
    context = chromium.new_context()

    def visit(intent, **settings):
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("about:blank")
        wish = {"key": key.replace("sk_", "pk_"), "secret": intent.client_secret, "locale": "en"} | settings
        page.goto(page_url + "#" + page.evaluate("wish => encodeURIComponent(JSON.stringify(wish))", wish))
        page.wait_for_selector("body[data-ready]")
        return page

    yield visit
    context.close()


@pytest.fixture
def setup(processor, customer):
    return processor.setup_intents.create({"customer": customer.id})


def card_form(page):
    return page.frame_locator("iframe[title='Secure card form']")


def type_card(page, number="4242424242424242", expiry="1240", code="123"):
    form = card_form(page)
    form.get_by_label("Card number").press_sequentially(number)
    form.get_by_label("Expiration date").press_sequentially(expiry)
    form.get_by_label("Security code").press_sequentially(code)
    form.get_by_label("Postal code").fill("44100")
    page.get_by_role("button", name="Save").click()


def challenge(page, name="Card authentication"):
    return page.frame_locator(f"iframe[title='{name}']")


class TestCardForm:
    def test_saves_a_typed_card(self, visit, processor, customer, setup, complaints):
        page = visit(setup)
        type_card(page)
        expect(page.locator("#result")).to_have_text("succeeded")

        (card,) = processor.payment_methods.list({"customer": customer.id}).data
        assert (card.card.last4, card.card.exp_year, card.billing_details.address.postal_code) == (
            "4242",
            2040,
            "44100",
        )
        assert complaints == []

    def test_groups_the_digits_as_they_are_typed(self, visit, setup):
        page = visit(setup)
        type_card(page)

        expect(card_form(page).get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
        expect(card_form(page).get_by_label("Expiration date")).to_have_value("12 / 40")

    @pytest.mark.parametrize(
        ("typed", "label", "message"),
        [
            ({"number": "4242"}, "Card number", "Your card number is incomplete."),
            ({"number": "4242424242424241"}, "Card number", "Your card number is invalid."),
            ({"expiry": "0120"}, "Expiration date", "Your card's expiration date is in the past."),
            ({"code": "1"}, "Security code", "Your card's security code is incomplete."),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, visit, setup, typed, label, message):
        page = visit(setup)
        type_card(page, **typed)

        expect(card_form(page).get_by_role("alert").filter(has_text=message)).to_be_visible()
        expect(card_form(page).get_by_label(label)).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#result")).to_contain_text(message)

    def test_tells_the_decline_of_the_bank(self, visit, setup):
        page = visit(setup)
        type_card(page, number="4000000000009995")

        expect(page.locator("#result")).to_have_text("card_declined: Your card has insufficient funds.")

    def test_speaks_spanish(self, visit, setup):
        page = visit(setup, locale="es")
        form = page.frame_locator("iframe[title='Formulario seguro de tarjeta']")
        form.get_by_label("Número de tarjeta").press_sequentially("4000000000009995")
        form.get_by_label("Fecha de vencimiento").press_sequentially("1240")
        form.get_by_label("Código de seguridad").press_sequentially("123")
        page.get_by_role("button", name="Save").click()

        expect(page.locator("#result")).to_have_text("card_declined: La tarjeta no tiene fondos suficientes.")

    @pytest.mark.parametrize("theme", ["stripe", "night"])
    def test_is_accessible_and_takes_the_colours_of_the_page(self, visit, setup, theme):
        page = visit(setup, appearance={"theme": theme, "variables": {"borderRadius": "9px"}})
        number = card_form(page).get_by_label("Card number")

        assert number.evaluate("input => getComputedStyle(input).borderRadius") == "9px"
        assert Axe().run(page).response["violations"] == []

    def test_keeps_the_card_from_the_page(self, visit, setup, page_url):
        page = visit(setup)
        asked = []
        page.on("request", lambda request: asked.append((request.url, request.post_data or "")))
        type_card(page)
        expect(page.locator("#result")).to_have_text("succeeded")

        assert any("4242424242424242" in body for _, body in asked)
        assert all("4242424242424242" not in body for url, body in asked if url.startswith(page_url))


class TestChallenge:
    def test_saves_the_card_once_completed(self, visit, processor, customer, setup, complaints):
        page = visit(setup)
        type_card(page, number="4000002500003155")
        challenge(page).get_by_role("button", name="Complete").click()
        expect(page.locator("#result")).to_have_text("succeeded")

        assert len(processor.payment_methods.list({"customer": customer.id}).data) == 1
        assert complaints == []

    def test_says_so_when_it_fails(self, visit, setup):
        page = visit(setup)
        type_card(page, number="4000002500003155")
        challenge(page).get_by_role("button", name="Fail").click()

        expect(page.locator("#result")).to_contain_text("We are unable to authenticate your payment method.")
        expect(page.locator("dialog")).to_have_count(0)

    def test_takes_escape_for_a_no(self, visit, processor, setup):
        page = visit(setup)
        type_card(page, number="4000002500003155")
        expect(challenge(page).get_by_role("button", name="Complete")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#result")).to_contain_text("unable to authenticate")

        assert processor.setup_intents.retrieve(setup.id).status == "requires_payment_method"

    def test_confirms_a_payment_that_waits(self, visit, processor, charge):
        waiting = charge("pm_card_authenticationRequired", off_session=False)
        page = visit(waiting, next=True)
        challenge(page).get_by_role("button", name="Complete").click()
        expect(page.locator("#result")).to_have_text("succeeded")

        assert processor.payment_intents.retrieve(waiting.id).amount_received == 2500

    def test_leads_back_from_a_page_of_its_own(self, chromium, page_url, charge):
        waiting = charge("pm_card_authenticationRequired", off_session=False, return_url=f"{page_url}back")
        with chromium.new_context() as context:
            page = context.new_page()
            page.goto(waiting.next_action.redirect_to_url.url)
            page.get_by_role("button", name="Complete").click()
            page.wait_for_url(f"{page_url}back?*")

            assert "redirect_status=succeeded" in page.url


class TestConnectedAccount:
    def test_gets_its_own_card(self, visit, processor, connect):
        account = processor.accounts.create().id
        own = connect(stripe_account=account)
        customer = own.customers.create()
        page = visit(own.setup_intents.create({"customer": customer.id}), account=account)
        type_card(page)
        expect(page.locator("#result")).to_have_text("succeeded")

        assert len(own.payment_methods.list({"customer": customer.id}).data) == 1
