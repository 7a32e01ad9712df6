TEXT = """{% extends "layouts/mail.txt" %}
{% block subject %}Sign in{% endblock %}{% block content %}Open: /x{% endblock %}"""
PAGE = """{% extends "layouts/mail.html" %}
{% block subject %}Sign in{% endblock %}{% block content %}<p>Open</p>{% endblock %}"""


class TestMailLayouts:
    def test_put_the_subject_in_the_first_line_of_the_text(self, render):
        lines = render(TEXT, locale="en", sender_name="Olive Branch").splitlines()

        assert lines[0] == "Sign in"
        assert lines[1] == ""
        assert "Open: /x" in lines

    def test_name_the_sender(self, render):
        html = render(PAGE, locale="en", sender_name="Olive <Branch>")

        assert "Olive &lt;Branch&gt;" in html
        assert "<title>Sign in</title>" in html
