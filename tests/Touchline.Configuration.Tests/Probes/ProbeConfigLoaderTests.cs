using Touchline.Configuration.Probes;

namespace Touchline.Configuration.Tests.Probes;

public sealed class ProbeConfigLoaderTests
{
    private const string Good = """
        modules:
          web:
            prober: http
            timeout: 1.5s
            http:
              method: POST
              body: hello
              headers: { Host: some.example }
              valid_status_codes: [200, 404]
              fail_if_header_not_matches: [{ header: Server, regexp: nginx, allow_missing: true }]
              basic_auth: { username: u, password: p }
              preferred_ip_protocol: ip4
              body_size_limit: 10MB
              no_follow_redirects: true
          postgresql:
            prober: tcp
            tcp:
              query_response:
                - send: !!binary AAAACATSFi8=
                - expect_bytes: S
                - starttls: true
          zone:
            prober: dns
            dns: { query_name: example.org, query_type: SOA, transport_protocol: tcp, valid_rcodes: [NOERROR, NXDOMAIN] }
          far:
            prober: icmp
            icmp: { ttl: 5, payload_size: 100 }
          health:
            prober: grpc
            grpc: { service: s, tls: true, metadata: { key: [a, b] } }
        """;

    [Fact]
    public void Modules_are_read()
    {
        var result = ProbeConfigLoader.Parse(Good, "blackbox.yml");

        Assert.Equal(["blackbox.yml:14:7: warning: no_follow_redirects is deprecated; write follow_redirects: false"], result.Diagnostics.Select(finding => finding.ToString()));
        var web = result.Modules!["web"];
        Assert.Equal((ProberKind.Http, 1500), (web.Prober, web.TimeoutMs));
        Assert.Equal([200, 404], web.Http.ValidStatusCodes);
        Assert.True(web.Http.Address.PrefersIp4);
        Assert.False(web.Http.Client.FollowRedirects);
        Assert.Equal(10 << 20, web.Http.BodySizeLimit);
        Assert.Equal("p", web.Http.Client.BasicAuth!.Password!.Value);
        var steps = result.Modules["postgresql"].Tcp.QueryResponse;
        Assert.Equal([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f], steps[0].SendBytes!);
        Assert.Equal("S"u8.ToArray(), steps[1].ExpectBytes!);
        Assert.True(steps[2].StartTls);
        Assert.Equal((true, "SOA"), (result.Modules["zone"].Dns.OverTcp, result.Modules["zone"].Dns.QueryType));
        Assert.Equal((5, 100), (result.Modules["far"].Icmp.Ttl, result.Modules["far"].Icmp.PayloadSize));
        Assert.Equal(["a", "b"], result.Modules["health"].Grpc.Metadata["key"]);
    }

    [Theory]
    [InlineData("{prober: htp}", "prober \"htp\" is not valid; did you mean http?")]
    [InlineData("{}", "the module has no prober")]
    [InlineData("{prober: http, htpp: {}}", "did you mean http?")]
    [InlineData("{prober: http, http: {valid_status_code: [200]}}", "did you mean valid_status_codes?")]
    [InlineData("{prober: http, http: {valid_status_codes: [2xx]}}", "a status code is a number")]
    [InlineData("{prober: http, http: {compression: zip}}", "did you mean gzip?")]
    [InlineData("{prober: http, http: {preferred_ip_protocol: ipv4}}", "did you mean ip4?")]
    [InlineData("{prober: http, http: {body: a, body_file: b}}", "setting body and body_file both are not allowed")]
    [InlineData("{prober: http, http: {fail_if_body_matches_regexp: ['(']}}", "error parsing regexp")]
    [InlineData("{prober: http, http: {fail_if_header_matches: [{regexp: x}]}}", "header name must be set")]
    [InlineData("{prober: http, http: {fail_if_header_matches: [{header: x}]}}", "regexp must be set")]
    [InlineData("{prober: http, http: {compression: gzip, headers: {Accept-Encoding: br}}}", "invalid configuration \"Accept-Encoding: br\"")]
    [InlineData("{prober: http, http: {fail_if_body_json_matches_cel: 'a == 1'}}", "is no CEL expression about body: Undeclared reference")]
    [InlineData("{prober: http, timeout: 5}", "did you mean 5s?")]
    [InlineData("{prober: tcp, tcp: {query_response: [{expect: a, expect_bytes: b}]}}", "expect and expect_bytes are mutually exclusive")]
    [InlineData("{prober: tcp, tcp: {query_response: [{labels: [{name: 'a b', value: c}]}]}}", "is not a label name")]
    [InlineData("{prober: tcp, tcp: {source_ip_address: here}}", "is not an IP address")]
    [InlineData("{prober: dns}", "query name must be set for DNS module")]
    [InlineData("{prober: dns, dns: {query_name: x, query_type: AAA}}", "did you mean")]
    [InlineData("{prober: dns, dns: {query_name: x, valid_rcodes: [NXDOMIAN]}}", "did you mean NXDOMAIN?")]
    [InlineData("{prober: dns, dns: {query_name: x, dns_over_tls: true}}", "DNS over TLS needs transport_protocol: tcp")]
    [InlineData("{prober: icmp, icmp: {ttl: 256}}", "\"ttl\" cannot exceed 255")]
    public void Mistakes_are_named_and_cost_their_module_only(string module, string said)
    {
        var result = ProbeConfigLoader.Parse($"modules:\n  good: {{prober: icmp}}\n  bad: {module}\n", "b.yml");

        Assert.Equal(["good"], result.Modules!.Keys);
        var error = Assert.Single(result.Diagnostics, finding => finding.Severity == ConfigSeverity.Error);
        Assert.Equal(3, error.Line);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modules: [")]
    [InlineData("- a")]
    public void File_that_is_no_set_of_modules_has_none(string yaml)
    {
        var result = ProbeConfigLoader.Parse(yaml, "b.yml");

        Assert.Null(result.Modules);
        Assert.True(result.HasErrors);
    }

    [Fact]
    public void File_that_is_not_there_is_said()
    {
        Assert.Contains("no such file", Assert.Single(ProbeConfigLoader.Load("/nowhere/blackbox.yml").Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Module_is_shown_without_its_secrets()
    {
        var text = ProbeModuleWriter.ToYaml(ProbeConfigLoader.Parse(Good, "b.yml").Modules!["web"]);

        Assert.Contains("prober: http", text, StringComparison.Ordinal);
        Assert.DoesNotContain("password", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_of_a_module_are_shown_and_its_key_is_not()
    {
        var module = ProbeConfigLoader.Parse("modules: { m: { prober: tcp, tcp: { tls: true, tls_config: { cert: some-certificate, key: some-key } } } }", "b.yml").Modules!["m"];

        var text = ProbeModuleWriter.ToYaml(module);

        Assert.Contains("cert: some-certificate", text, StringComparison.Ordinal);
        Assert.Contains("key: <secret>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("some-key", text, StringComparison.Ordinal);
    }
}
