namespace Touchline.Differential.Probes;

/// <summary>The modules that both read.</summary>
internal static class ProbeModulesText
{
    public const string Yaml = """
        modules:
          http: {prober: http, timeout: 20s}
          http_hang: {prober: http, timeout: 1s}
          http_nofollow: {prober: http, http: {follow_redirects: false, valid_status_codes: [302]}}
          http_codes: {prober: http, http: {valid_status_codes: [404, 410]}}
          http_post: {prober: http, http: {method: POST, body: the body, headers: {X-Test: yes it is}, fail_if_body_not_matches_regexp: ["POST the body yes it is"]}}
          http_head: {prober: http, http: {method: HEAD}}
          http_gzip: {prober: http, http: {compression: gzip, fail_if_body_not_matches_regexp: [hello]}}
          http_limit: {prober: http, http: {body_size_limit: 5B}}
          http_body: {prober: http, http: {fail_if_body_matches_regexp: [nothing, "wor.d"]}}
          http_not_body: {prober: http, http: {fail_if_body_not_matches_regexp: ["^hello", "line$"]}}
          http_lines: {prober: http, http: {fail_if_body_matches_regexp: ["world.second"], fail_if_body_not_matches_regexp: ["(?s)world.second", "(?m)^second"]}}
          http_header: {prober: http, http: {fail_if_header_matches: [{header: x-colour, regexp: "^gr"}]}}
          http_not_header: {prober: http, http: {fail_if_header_not_matches: [{header: X-Colour, regexp: "green"}]}}
          http_optional_header: {prober: http, http: {fail_if_header_not_matches: [{header: X-Colour, regexp: "green", allow_missing: true}]}}
          http_version: {prober: http, http: {valid_http_versions: ["HTTP/2.0"]}}
          http_not_ssl: {prober: http, http: {fail_if_not_ssl: true}}
          http_auth: {prober: http, http: {basic_auth: {username: user, password: secret}, fail_if_body_not_matches_regexp: ["Basic dXNlcjpzZWNyZXQ="]}}
          http_host: {prober: http, http: {headers: {Host: some.example}, fail_if_body_not_matches_regexp: ["some.example$"]}}
          https: {prober: http, http: {tls_config: {ca_file: CA_FILE}}}
          https_1: {prober: http, http: {enable_http2: false, tls_config: {ca_file: CA_FILE}}}
          https_version: {prober: http, http: {valid_http_versions: ["HTTP/1.1"], tls_config: {ca_file: CA_FILE}}}
          https_skip: {prober: http, http: {tls_config: {insecure_skip_verify: true}}}
          https_ssl: {prober: http, http: {fail_if_ssl: true, tls_config: {ca_file: CA_FILE}}}
          https_name: {prober: http, http: {tls_config: {ca_file: CA_FILE, server_name: other.example}}}
          https_bad_name: {prober: http, http: {tls_config: {ca_file: CA_FILE, server_name: third.example}}}
          https_old: {prober: http, http: {tls_config: {ca_file: CA_FILE, max_version: TLS12}}}
          tcp: {prober: tcp}
          tcp6: {prober: tcp, tcp: {preferred_ip_protocol: ip6, ip_protocol_fallback: false}}
          tcp_tls: {prober: tcp, tcp: {tls: true, tls_config: {ca_file: CA_FILE}}}
          tcp_skip: {prober: tcp, tcp: {tls: true, tls_config: {insecure_skip_verify: true}}}
          tcp_banner: {prober: tcp, tcp: {query_response: [{expect: "^SSH-2.0-([^ -]+)(?: (.*))?$", labels: [{name: version, value: "${1}"}, {name: comment, value: "<$2>"}]}]}}
          tcp_chat: {prober: tcp, tcp: {query_response: [{expect: "^WORD (?P<word>.+)$", send: "${word} it is"}, {expect: "^YOU SAID seven it is$"}]}}
          tcp_wrong_chat: {prober: tcp, timeout: 1s, tcp: {query_response: [{expect: "^WORD", send: other}, {expect: "^YOU SAID seven$"}]}}
          tcp_starttls: {prober: tcp, tcp: {query_response: [{expect: "^220"}, {send: STARTTLS}, {expect: "^220"}, {starttls: true}, {expect: "^250 secret"}], tls_config: {ca_file: CA_FILE}}}
          tcp_bytes: {prober: tcp, tcp: {query_response: [{expect_bytes: SSH-2}]}}
          http_proxy: {prober: http, http: {proxy_url: "http://PROXY"}}
          http_proxy_dns: {prober: http, http: {proxy_url: "http://PROXY", skip_resolve_phase_with_proxy: true}}
          https_proxy: {prober: http, http: {proxy_url: "http://TUNNELS", tls_config: {ca_file: CA_FILE}}}
          https_proxy_ip4: {prober: http, http: {proxy_url: "http://TUNNELS", enable_http2: false, skip_resolve_phase_with_proxy: true, tls_config: {insecure_skip_verify: true}}}
          cel_fails: {prober: http, http: {fail_if_body_json_matches_cel: 'body.n == 1'}}
          cel_passes: {prober: http, http: {fail_if_body_json_matches_cel: 'body.n == 2'}}
          cel_both: {prober: http, http: {fail_if_body_json_matches_cel: 'body.n == 2', fail_if_body_json_not_matches_cel: 'body.ok'}}
          unix: {prober: unix}
          unix_banner: {prober: unix, unix: {query_response: [{expect: "^SSH-2.0-([^ -]+)", labels: [{name: version, value: "$1"}]}]}}
          unix_other: {prober: unix, timeout: 1s, unix: {query_response: [{expect: "^nothing"}]}}
          dns_a: {prober: dns, timeout: 5s, dns: {query_name: example.org, query_type: A}}
          dns_a_tcp: {prober: dns, dns: {query_name: example.org, query_type: A, transport_protocol: tcp}}
          dns_tls: {prober: dns, dns: {query_name: example.org, query_type: A, transport_protocol: tcp, dns_over_tls: true, tls_config: {ca_file: CA_FILE}}}
          dns_soa: {prober: dns, dns: {query_name: example.org, query_type: SOA, validate_answer_rrs: {fail_if_not_matches_regexp: ["^example.org.\t300\tIN\tSOA\tns.example.org. admin.example.org. 2025156897 3600 600 604800 60$"]}}}
          dns_mx: {prober: dns, dns: {query_name: example.org, query_type: MX, validate_answer_rrs: {fail_if_not_matches_regexp: ["\tMX\t10 mail.example.org.$"]}}}
          dns_txt: {prober: dns, dns: {query_name: example.org, query_type: TXT, validate_answer_rrs: {fail_if_not_matches_regexp: ['TXT\s"v=\\"s\\"" "a b"$']}}}
          dns_srv: {prober: dns, dns: {query_name: example.org, query_type: SRV, validate_answer_rrs: {fail_if_not_matches_regexp: ["SRV\t1 2 8080 host.example.org."]}}}
          dns_missing: {prober: dns, dns: {query_name: missing.example.net, query_type: A}}
          dns_expected_missing: {prober: dns, dns: {query_name: missing.example.net, query_type: A, valid_rcodes: [NXDOMAIN]}}
          dns_match: {prober: dns, dns: {query_name: example.org, query_type: A, validate_answer_rrs: {fail_if_matches_regexp: ["192.0.2.2"]}}}
          dns_no_match: {prober: dns, dns: {query_name: example.org, query_type: A, validate_answer_rrs: {fail_if_not_matches_regexp: ["192.0.2.2"]}}}
          dns_all: {prober: dns, dns: {query_name: example.org, query_type: A, validate_answer_rrs: {fail_if_all_match_regexp: ["192.0.2"]}}}
          dns_none: {prober: dns, dns: {query_name: example.org, query_type: A, validate_answer_rrs: {fail_if_none_matches_regexp: ["198.51"]}}}
          dns_extra: {prober: dns, dns: {query_name: example.org, query_type: A, validate_authority_rrs: {fail_if_not_matches_regexp: ["NS\tns.example.org."]}, validate_additional_rrs: {fail_if_not_matches_regexp: ["AAAA\t2001:db8::1$"]}}}
          dns_any: {prober: dns, dns: {query_name: example.org}}
          icmp: {prober: icmp, timeout: 5s}
          icmp6: {prober: icmp, timeout: 5s, icmp: {ip_protocol_fallback: false}}
          grpc: {prober: grpc, timeout: 5s, grpc: {preferred_ip_protocol: ip4}}
          grpc_ill: {prober: grpc, grpc: {service: ill}}
          grpc_missing: {prober: grpc, grpc: {service: missing}}
          grpc_tls: {prober: grpc, timeout: 5s, grpc: {tls: true, service: svc, tls_config: {ca_file: CA_FILE}}}
        """;

    /// <summary>Expressions about the JSON that the targets have, each of which is a module: <c>cel_0</c> and so on.</summary>
    public static readonly IReadOnlyList<string> Expressions =
    [
        "body.ok == true", "body.n == 1", "body.n == 1.0", "body.n > 0", "body.n + 1.0 == 2.0", "body.s == \"up\"", "body.s.startsWith('u')", "body.s.matches('^u.$')", "matches(body.s, 'x')",
        "body.s.contains('p') && body.n < 5", "size(body.list) == 3", "body.list.size() == 3", "body.list[0] == 1", "body.list.exists(x, x > 2)", "body.list.all(x, x > 0)",
        "body.list.exists_one(x, x == 2)", "body.list.map(x, x * 2.0) == [2.0, 4.0, 6.0]", "body.list.filter(x, x > 1) == [2, 3]", "has(body.missing)", "!has(body.missing)", "has(body.obj.a)",
        "body.missing == 1", "body.obj.a.b.c == 'deep'", "body.obj['a'].b.c == 'deep'", "'a' in body.obj", "2 in body.list", "'up' in ['up', 'down']", "body.nul == null", "body.n in [1, 2]",
        "body.objs.all(o, o.status == 'UP')", "body.objs.filter(o, o.status != 'UP').size() == 0", "body.objs.exists(o, o.name == 'db' && o.n >= 1.5)", "int(body.n) == 1", "string(body.n) == '1'",
        "type(body.n) == double", "body.big == 1234567890123", "body.s == 'up' ? true : false", "body.s", "body.n", "1", "'x'", "body", "timestamp(body.t) < timestamp('2030-01-01T00:00:00Z')",
        "duration('1h') > duration('5m')", "!(body.ok)", "-body.n == -1.0", "1/0 == 1", "body.list[10] == 1", "body.s + 'x' == 'upx'", "body.uni == 'é'", "size(body.uni) == 1",
        "body.esc == 'a\"b\\n'", "body.ok || body.missing == 1", "body.missing == 1 && false", "body.n >= 1u", "body.obj == {'a': {'b': {'c': 'deep'}}}", "body.list == [1, 2, 3]", "body['s'] == 'up'",
        "body.s in body.keys", "body.objs[0].name == 'web'", "body.objs.map(o, o.name) == ['web', 'db']", "body.s.matches('(')", "body.ok && body.s == 'down'",
    ];

    public static string ExpressionModules => string.Concat(Expressions.Select((expression, number) =>
        $"\n  cel_{number}: {{prober: http, http: {{fail_if_body_json_not_matches_cel: '{expression.Replace("'", "''", StringComparison.Ordinal)}'}}}}"));
}
