using System.Globalization;
using Touchline.Configuration.Writing;
using Touchline.Model;

namespace Touchline.Configuration.Probes;

/// <summary>Writes a module as YAML for who debugs a probe: what is set, and no secret, header or body, as these may hold some.</summary>
public static class ProbeModuleWriter
{
    public static string ToYaml(ProbeModuleConfig module)
    {
        var output = new YamlOutput();
        output.Mapping(() =>
        {
            output.Entry("prober", module.Prober.ToString().ToLowerInvariant());
            if (module.TimeoutMs > 0)
            {
                output.Entry("timeout", PrometheusDuration.Format(module.TimeoutMs));
            }
            switch (module.Prober)
            {
                case ProberKind.Http:
                    output.Section("http", () => Write(output, module.Http));
                    break;
                case ProberKind.Dns:
                    output.Section("dns", () => Write(output, module.Dns));
                    break;
                case ProberKind.Icmp:
                    output.Section("icmp", () => Write(output, module.Icmp));
                    break;
                case ProberKind.Grpc:
                    output.Section("grpc", () => Write(output, module.Grpc));
                    break;
                default:
                    output.Section(module.Prober.ToString().ToLowerInvariant(), () => Write(output, module.Tcp));
                    break;
            }
        });
        return output.Finish();
    }

    private static void Write(YamlOutput output, HttpProbeConfig http)
    {
        output.Texts("valid_status_codes", [.. http.ValidStatusCodes.Select(code => Number(code))], inOneLine: true);
        output.Texts("valid_http_versions", http.ValidHttpVersions, inOneLine: true);
        WriteAddress(output, http.Address);
        output.Entry("method", http.Method);
        output.Entry("follow_redirects", http.Client.FollowRedirects);
        output.Entry("enable_http2", http.Client.EnableHttp2);
        output.EntryIfAny("compression", http.Compression);
        output.EntryIfAny("body_size_limit", http.BodySizeLimit > 0 ? ByteSize.Format(http.BodySizeLimit) : null);
        output.Entry("fail_if_ssl", http.FailIfSsl);
        output.Entry("fail_if_not_ssl", http.FailIfNotSsl);
        output.Texts("fail_if_body_matches_regexp", Patterns(http.FailIfBodyMatches));
        output.Texts("fail_if_body_not_matches_regexp", Patterns(http.FailIfBodyNotMatches));
        output.EntryIfAny("fail_if_body_json_matches_cel", http.FailIfBodyJsonMatches?.Text);
        output.EntryIfAny("fail_if_body_json_not_matches_cel", http.FailIfBodyJsonNotMatches?.Text);
        output.List("fail_if_header_matches", http.FailIfHeaderMatches, rule => Write(output, rule));
        output.List("fail_if_header_not_matches", http.FailIfHeaderNotMatches, rule => Write(output, rule));
        ScrapeConfigYaml.WriteTls(output, http.Client.Tls);
    }

    private static void Write(YamlOutput output, HeaderRule rule)
    {
        output.Entry("header", rule.Header);
        output.Entry("regexp", rule.Regexp.Pattern);
        output.Entry("allow_missing", rule.AllowMissing);
    }

    private static void Write(YamlOutput output, TcpProbeConfig tcp)
    {
        WriteAddress(output, tcp.Address);
        output.List("query_response", tcp.QueryResponse, step =>
        {
            output.EntryIfAny("expect", step.Expect?.Pattern);
            output.EntryIfAny("expect_bytes", step.ExpectBytes is null ? null : Convert.ToBase64String(step.ExpectBytes));
            output.Entry("starttls", step.StartTls);
        });
        output.Entry("tls", tcp.Tls);
        ScrapeConfigYaml.WriteTls(output, tcp.TlsConfig);
    }

    private static void Write(YamlOutput output, DnsProbeConfig dns)
    {
        WriteAddress(output, dns.Address);
        output.Entry("transport_protocol", dns.OverTcp ? "tcp" : "udp");
        output.Entry("dns_over_tls", dns.OverTls);
        output.Entry("query_name", dns.QueryName);
        output.Entry("query_type", dns.QueryType);
        output.Entry("query_class", dns.QueryClass);
        output.Entry("recursion_desired", dns.RecursionDesired);
        output.Texts("valid_rcodes", dns.ValidRcodes, inOneLine: true);
    }

    private static void Write(YamlOutput output, IcmpProbeConfig icmp)
    {
        WriteAddress(output, icmp.Address);
        output.Entry("dont_fragment", icmp.DontFragment);
        output.Entry("payload_size", icmp.PayloadSize);
        output.Entry("ttl", icmp.Ttl);
    }

    private static void Write(YamlOutput output, GrpcProbeConfig grpc)
    {
        output.Entry("service", grpc.Service);
        WriteAddress(output, grpc.Address);
        output.Entry("tls", grpc.Tls);
        ScrapeConfigYaml.WriteTls(output, grpc.TlsConfig);
    }

    private static void WriteAddress(YamlOutput output, ProbeAddressConfig address)
    {
        output.Entry("preferred_ip_protocol", address.PrefersIp4 ? "ip4" : "ip6");
        output.Entry("ip_protocol_fallback", address.Fallback);
        output.EntryIfAny("source_ip_address", address.Source);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyCollection<string> Patterns(IReadOnlyList<SearchRegex> regexes) => [.. regexes.Select(regex => regex.Pattern)];
}
