"""Three hundred and more sources somebody might paste or try: engines' injections, deep, long and broken ones."""

import string

_PAYLOADS = [
    # Jinja2, Twig, Django, Tornado, Mako, Velocity, Freemarker, Smarty, ERB, Handlebars, Angular, Pug, Thymeleaf, Razor
    *("{{7*7}}", "{{7*'7'}}", "${7*7}", "#{7*7}", "*{7*7}", "@(7*7)", "<%= 7*7 %>", "{{=7*7}}", "{7*7}", "{{{7*7}}}"),
    *("{{''.__class__}}", "{{''.__class__.__mro__[1].__subclasses__()}}", "{{config}}", "{{config.items()}}"),
    *("{{self}}", "{{self.__init__.__globals__}}", "{{request}}", "{{request.application.__globals__}}", "{{settings}}"),
    *("{{cycler.__init__.__globals__.os.popen('id').read()}}", "{{lipsum.__globals__}}", "{{url_for.__globals__}}"),
    *("{% import os %}{{os.system('id')}}", "{% debug %}", "{% load log %}", "{% include 'admin/base.html' %}"),
    *('{% include "/etc/passwd" %}', "{% render 'x' %}", "{% extends 'x' %}", "{% block x %}{% endblock %}"),
    *("{% csrf_token %}", "{% csrf %}", "{% autoescape off %}{{name}}{% endautoescape %}", "{% now 'Y' %}"),
    *("{{name|safe}}", "{{name|attr('__class__')}}", "{{name|map('upper')}}", "{{name|join:name}}", "{{name|size}}"),
    *("{{name|replace:'a','aaaaaaaaaa'}}", "{{name|append:name}}", "{{name|prepend:name}}", "{{name|split:''}}"),
    *("{{name|ljust:'900000000'}}", "{{name|center:900000000}}", "{{name|times:99999999}}", "{{score|times:1e308}}"),
    *("{{name|base64_decode}}", "{{name|url_decode}}", "{{name|strip_html}}", "{{name|newline_to_br}}", "{{name|json}}"),
    *("{{name|sort}}", "{{name|where:'a'}}", "{{name|sum}}", "{{name|slice:0,999999999}}", "{{name|truncate:9999999}}"),
    *("{{_self.env.registerUndefinedFilterCallback('exec')}}", "{{['id']|filter('system')}}", "{{dump(app)}}"),
    *("<#assign ex=\"freemarker.template.utility.Execute\"?new()>${ex('id')}", "${T(java.lang.Runtime).getRuntime()}"),
    *("{php}echo `id`;{/php}", "{system('ls')}", "#set($x=7*7)$x", "<%import os%>${os.popen('id').read()}", "{{#with 1}}"),
    *("{{constructor.constructor('alert(1)')()}}", "{{$on.constructor('alert(1)')()}}", "{{{name}}}", "{{&name}}"),
    *("{{>partial}}", "{{!comment}}", "{{#each x}}{{this}}{{/each}}", "[[${7*7}]]", "__${7*7}__::.x", "~{x::y}"),
    # Liquid's own
    *("{% for i in (1..1000000000) %}x{% endfor %}", "{% for a in name %}{% for b in name %}x{% endfor %}{% endfor %}"),
    *("{% assign a = name %}{{a}}", "{% capture a %}x{% endcapture %}", "{% increment a %}", "{% decrement a %}"),
    *("{% cycle 'a','b' %}", "{% tablerow i in (1..99999999) %}x{% endtablerow %}", "{% case name %}{% when 'a' %}{% endcase %}"),
    *("{% raw %}{{ name }}{% endraw %}", "{% comment %}{{ name }}{% endcomment %}", "{% liquid\nassign a = 1\necho a %}"),
    *("{% echo name %}", "{# comment #}{{name}}", "{% # inline %}", "{% doc %}{% enddoc %}", "{% ifchanged %}{% endifchanged %}"),
    *("{% macro a %}{% endmacro %}", "{% with a = 1 %}{% endwith %}", "{% translate %}{% endtranslate %}", "{% break %}"),
    *("{{ (1..1000000000) }}", "{% if (1..1000000000) contains 5 %}x{% endif %}", "{{ name[0] }}", "{{ name['size'] }}"),
    *("{{ name.size }}", "{{ name.first }}", "{{ custom }}", "{{ custom.size }}", "{{ custom[name] }}", "{{ custom['__class__'] }}"),
    *("{{ forloop.index }}", "{{ name if true else 1 }}", "{{ nil }}", "{{ true }}", "{{ empty }}", "{{ blank }}", "{{ 1 }}"),
    *("{{ '' }}", '{{ "{{ name }}" }}', "{{ '}}' }}", "{{ '%}' }}", "{{ name | default: '{{ phone }}' }}", "{{ name | date: '%9999999d' }}"),
    *("{{ name | date: '%s' }}", "{{ name | date: name }}", "{{ 'now' | date: '%Y' }}", "{{ score | round: 999999999 }}", "{{ score | round: -999 }}"),
    *("{{ name | default }}", "{{ name | default: }}", "{{ name | default: 1, 2, 3 }}", "{{ name | default: allow_false: true }}"),
    *("{{ name | upcase: 1 }}", "{{ name || name }}", "{{ name | | upcase }}", "{{ | }}", "{{ . }}", "{{ .. }}", "{{ name. }}", "{{ .name }}"),
    # broken and unbalanced
    *("{{", "}}", "{%", "%}", "{", "}", "{{}}", "{{ }}", "{%%}", "{% %}", "{{ name }", "{ name }}", "{{ name }} }}", "{{ {{ name }} }}"),
    *("{% if %}", "{% endif %}", "{% if name %}", "{% if name %}a{% else %}b", "{% else %}", "{% elsif name %}", "{% unless name %}{% endif %}"),
    *("{% if name %}{% unless name %}{% endif %}{% endunless %}", "{% if name == %}a{% endif %}", "{% if == name %}a{% endif %}"),
    *("{% if name = 'a' %}a{% endif %}", "{% if name && score %}a{% endif %}", "{% if not name %}a{% endif %}", "{% if (name) %}a{% endif %}"),
    *("{% if score > 'a' %}a{% endif %}", "{% if name > 1 %}a{% endif %}", "{% if custom.nada > 1 %}x{% endif %}", "{% if name contains name %}{{name}}{% endif %}"),
    *("{%if name%}{%else%}{%else%}{%endif%}", "{% IF name %}{% ENDIF %}", "{% if name %}{% endif name %}", "{%-if name-%}a{%-endif-%}"),
    *("{{ name\n}}", "{{\nname\n|\nupcase\n}}", "{{ name ; }}", "{{ name , }}", "{{ name : 1 }}", "{{ 'a }}", '{{ "a }}', "{{ “name” }}", "{{ «name» }}"),
    # format strings
    *("%s", "%(name)s", "%n%n%n%n", "%x%x%x", "{0}", "{name}", "{0.__class__}", "{name!r}", "$name", "${name}", "%%name%%", "[[name]]", "<<name>>"),
    *("%(password)s", "{lead.__class__.__init__.__globals__}", "{:>999999999}", "%999999999d", "{0[x]}", "f'{name}'"),
    # names that are not there, or look like ours
    *("{{ nombre }}", "{{ Name }}", "{{ NAME }}", "{{ first-name }}", "{{ first name }}", "{{ lead.name }}", "{{ password }}", "{{ _name }}"),
    *("{{ __class__ }}", "{{ custom.__class__ }}", "{{ custom.no_existe }}", "{{ broker.id }}", "{{ user }}", "{{ name.name }}", "{{ name1 }}"),
    # unicode
    *("{{ nаme }}", "{{ nam\u200be }}", "{\u200b{ name }}", "｛｛ name ｝｝", "{{ \u202ename }}", "\u202e{{ name }}\u202c", "{{\u00a0name\u00a0}}"),
    *("{{ name | upcase\u200b }}", "\ufeff{{ name }}", "{{ 名前 }}", "{{ ñame }}", "{{ name }}\u0000", "\x1b[31m{{ name }}", "a\u0301" * 3000),
    *("ﷺ" * 900, "{{ name }}\r\nBcc: x@example.com", "\u2028{{ name }}\u2029", "🏠" * 900, "{{ 🏠 }}", "\ud800{{ name }}", "\udfff"),
    # HTML
    *("<script>alert(1)</script>{{ name }}", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">{{ name }}</a>', "<svg/onload=alert(1)>"),
    *("<style>*{color:red}</style>", "<iframe src=//example.com></iframe>", '<p style="background:url(//example.com)">{{ name }}</p>', "<!--{{ name }}-->"),
    *("<a href='{{ name }}'>x</a>", "<{{ name }}>", "<p {{ name }}>", "<!--[if mso]>{{ name }}<![endif]-->", "<form action=//x><input name=a></form>", "<base href=//x>"),
]  # fmt: skip


def _long():
    """Sources that grow, nest or repeat."""
    for count in (2, 10, 100, 400, 2_000):
        yield "{{" * count
        yield "}}" * count
        yield "{%" * count
        yield "{{ name }}" * count
        yield "{{ name " + "| upcase " * count + "}}"
        yield "{{ name " + "| escape " * count + "}}"
        yield "{{ name " + "| default: 'aaaaaaaaaaaaaaaaaaaa' " * count + "}}"
        yield "{% if name %}" * count + "x" + "{% endif %}" * count
        yield "{% if name %}{% else %}" * count + "x" + "{% endif %}" * count
        yield "{% if name %}a" + "{% elsif score %}b" * count + "{% endif %}"
        yield "{% if " + "name and " * count + "name %}x{% endif %}"
        yield "{% if " + "(" * count + "name" + ")" * count + " %}x{% endif %}"
        yield "{{ name" + "[name" * count + "]" * count + " }}"
        yield "{{ " + "a." * count + "b }}"
        yield "{{ '" + "a" * count + "' }}"
        yield "{{ " + "9" * count + " }}"
        yield "{% if score > " + "9" * count + " %}x{% endif %}"
        yield "{% if score > 1e" + "9" * count + " %}x{% endif %}"
        yield "{{ score | round: " + "9" * count + " }}"
        yield " " * count + "{{ name }}" + "\n" * count
        yield "<div>" * count + "{{ name }}"
        yield "&" * count + "{{ name | escape | escape | escape | escape | escape }}"


def _around():
    """Every printable character where it may hurt."""
    for char in string.punctuation:
        yield f"{{{{ name {char} }}}}"
        yield f"{{{{ {char}name }}}}"
        yield f"{{% if name {char} score %}}x{{% endif %}}"


CORPUS = [*_PAYLOADS, *_long(), *_around()]
