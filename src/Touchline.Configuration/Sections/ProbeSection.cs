using System.Globalization;
using System.Text;
using Touchline.Configuration.Probes;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>A module of blackbox.yml.</summary>
internal static class ProbeSection
{
    private static readonly string[] Probers = ["http", "tcp", "dns", "icmp", "grpc", "unix"];

    /// <summary>The module, null where it has an error.</summary>
    public static ProbeModuleConfig? Read(ReadingContext context, MappingNode node)
    {
        var findings = context.Findings;
        var before = findings.ErrorCount;
        var section = new MappingReader(node, ProbeKeys.Module, findings, ProbeKeys.All);
        var prober = ProbeAddressSection.OneOf(findings, section, "prober", Probers);
        if (prober is null && findings.ErrorCount == before)
        {
            findings.Error(node, $"the module has no prober: one of {string.Join(", ", Probers)}");
        }
        var module = new ProbeModuleConfig
        {
            Prober = Enum.TryParse<ProberKind>(prober, ignoreCase: true, out var kind) ? kind : ProberKind.Http,
            TimeoutMs = ReadTimeout(findings, section),
            Http = section.Mapping("http") is { } http ? HttpProbeSection.Read(context, http) : new HttpProbeConfig(),
            Tcp = ReadTcp(context, section, kind),
            Dns = section.Mapping("dns") is { } dns ? ReadDns(context, dns) : new DnsProbeConfig(),
            Icmp = section.Mapping("icmp") is { } icmp ? ReadIcmp(findings, icmp) : new IcmpProbeConfig(),
            Grpc = section.Mapping("grpc") is { } grpc ? ReadGrpc(context, grpc) : new GrpcProbeConfig(),
        };
        if (prober == "dns" && !section.Has("dns"))
        {
            findings.Error(node, "query name must be set for DNS module");
        }
        return findings.ErrorCount == before ? module : null;
    }

    /// <summary>A duration of Go, in which a number may have a fraction: 1.5s.</summary>
    private static long ReadTimeout(Findings findings, MappingReader section)
    {
        if (section["timeout"] is ScalarNode { Value: var text } && text.EndsWith('s') && !text.EndsWith("ms", StringComparison.Ordinal)
            && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < int.MaxValue)
        {
            return (long)(seconds * 1000);
        }
        return section.Duration("timeout") ?? 0;
    }

    private static TcpProbeConfig ReadTcp(ReadingContext context, MappingReader module, ProberKind kind)
    {
        var isUnix = kind == ProberKind.Unix;
        // A section of the prober that is not used is read too, so that its mistakes are told.
        var other = module.Mapping(isUnix ? "tcp" : "unix");
        if (other is not null)
        {
            ReadConversation(context, new MappingReader(other, isUnix ? ProbeKeys.Tcp : ProbeKeys.Unix, context.Findings, ProbeKeys.All));
        }
        if (module.Mapping(isUnix ? "unix" : "tcp") is not { } node)
        {
            return new TcpProbeConfig();
        }
        return ReadConversation(context, new MappingReader(node, isUnix ? ProbeKeys.Unix : ProbeKeys.Tcp, context.Findings, ProbeKeys.All));
    }

    private static TcpProbeConfig ReadConversation(ReadingContext context, MappingReader section)
    {
        var steps = new List<QueryResponseConfig>();
        foreach (var node in context.Sections(section, "query_response", "[]config.QueryResponse"))
        {
            steps.Add(ReadStep(context, node));
        }
        return new TcpProbeConfig
        {
            Address = ProbeAddressSection.Read(context.Findings, section),
            QueryResponse = steps,
            Tls = section.Boolean("tls", absent: false),
            TlsConfig = HttpClientSection.ReadTls(context, section, ""),
        };
    }

    private static QueryResponseConfig ReadStep(ReadingContext context, MappingNode node)
    {
        var findings = context.Findings;
        var section = new MappingReader(node, ProbeKeys.QueryResponse, findings, ProbeKeys.All);
        var expect = section["expect"] as ScalarNode;
        if (expect is { Value.Length: > 0 } && section.Has("expect_bytes"))
        {
            findings.Error(section.Key("expect_bytes")!, "expect and expect_bytes are mutually exclusive");
        }
        return new QueryResponseConfig
        {
            Expect = expect is { Value.Length: > 0 } ? ProbeAddressSection.Regex(findings, expect, "expect") : null,
            ExpectBytes = section["expect_bytes"] is ScalarNode { Value.Length: > 0 } bytes ? bytes.Binary ?? Encoding.UTF8.GetBytes(bytes.Value) : null,
            Send = section.Text("send") ?? "",
            SendBytes = (section["send"] as ScalarNode)?.Binary,
            StartTls = section.Boolean("starttls", absent: false),
            Labels = ReadLabels(context, section),
        };
    }

    private static List<KeyValuePair<string, string>> ReadLabels(ReadingContext context, MappingReader step)
    {
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var node in context.Sections(step, "labels", "[]config.Label"))
        {
            var section = new MappingReader(node, ProbeKeys.ExpectLabel, context.Findings, ProbeKeys.All);
            var name = section.Text("name") ?? "";
            if (!LabelNames.IsLegacyLabelName(name))
            {
                context.Findings.Error(node, $"{QuotedString.Of(name)} is not a label name");
            }
            else if (labels.Any(label => label.Key == name))
            {
                context.Findings.Error(node, $"label {name} is there twice");
            }
            else
            {
                labels.Add(KeyValuePair.Create(name, section.Text("value") ?? ""));
            }
        }
        return labels;
    }

    private static DnsProbeConfig ReadDns(ReadingContext context, MappingNode node)
    {
        var findings = context.Findings;
        var section = new MappingReader(node, ProbeKeys.Dns, findings, ProbeKeys.All);
        if (section.Text("query_name") is null or "")
        {
            findings.Error(node, "query name must be set for DNS module");
        }
        var transport = ProbeAddressSection.OneOf(findings, section, "transport_protocol", ["udp", "tcp"]) ?? "udp";
        var overTls = section.Boolean("dns_over_tls", absent: false);
        if (overTls && transport != "tcp")
        {
            findings.Error(section.Key("dns_over_tls")!, "DNS over TLS needs transport_protocol: tcp");
        }
        var rcodes = section.Texts("valid_rcodes");
        foreach (var rcode in rcodes.Where(rcode => !DnsNames.Rcodes.ContainsKey(rcode)))
        {
            var hint = Spelling.Closest(rcode, [.. DnsNames.Rcodes.Keys]) is { } close ? $"; did you mean {close}?" : "";
            findings.Error(section["valid_rcodes"]!, $"rcode {QuotedString.Of(rcode)} is not valid{hint}");
        }
        return new DnsProbeConfig
        {
            Address = ProbeAddressSection.Read(findings, section),
            QueryName = section.Text("query_name") ?? "",
            QueryType = ProbeAddressSection.OneOf(findings, section, "query_type", [.. DnsNames.Types.Keys]) ?? "ANY",
            QueryClass = ProbeAddressSection.OneOf(findings, section, "query_class", [.. DnsNames.Classes.Keys]) ?? "IN",
            RecursionDesired = section.Boolean("recursion_desired", absent: true),
            OverTcp = transport == "tcp",
            OverTls = overTls,
            TlsConfig = HttpClientSection.ReadTls(context, section, ""),
            ValidRcodes = rcodes,
            Answer = ReadRules(findings, section, "validate_answer_rrs"),
            Authority = ReadRules(findings, section, "validate_authority_rrs"),
            Additional = ReadRules(findings, section, "validate_additional_rrs"),
        };
    }

    private static DnsRecordRules ReadRules(Findings findings, MappingReader parent, string key)
    {
        if (parent.Mapping(key) is not { } node)
        {
            return new DnsRecordRules();
        }
        var section = new MappingReader(node, ProbeKeys.DnsRules, findings, ProbeKeys.All);
        return new DnsRecordRules
        {
            FailIfMatches = ProbeAddressSection.Regexes(findings, section, "fail_if_matches_regexp"),
            FailIfAllMatch = ProbeAddressSection.Regexes(findings, section, "fail_if_all_match_regexp"),
            FailIfNotMatches = ProbeAddressSection.Regexes(findings, section, "fail_if_not_matches_regexp"),
            FailIfNoneMatches = ProbeAddressSection.Regexes(findings, section, "fail_if_none_matches_regexp"),
        };
    }

    private static IcmpProbeConfig ReadIcmp(Findings findings, MappingNode node)
    {
        const int LargestTtl = 255;
        const int LargestPayload = 65_507;
        var section = new MappingReader(node, ProbeKeys.Icmp, findings, ProbeKeys.All);
        var ttl = section.Count("ttl");
        if (ttl > LargestTtl)
        {
            findings.Error(section["ttl"]!, "\"ttl\" cannot exceed 255");
        }
        var payload = section.Count("payload_size") ?? 0;
        if (payload > LargestPayload)
        {
            findings.Error(section["payload_size"]!, $"payload_size cannot exceed {LargestPayload}, which is what fits into a packet");
        }
        return new IcmpProbeConfig
        {
            Address = ProbeAddressSection.Read(findings, section),
            DontFragment = section.Boolean("dont_fragment", absent: false),
            PayloadSize = payload,
            Ttl = ttl ?? new IcmpProbeConfig().Ttl,
        };
    }

    private static GrpcProbeConfig ReadGrpc(ReadingContext context, MappingNode node)
    {
        var section = new MappingReader(node, ProbeKeys.Grpc, context.Findings, ProbeKeys.All);
        var metadata = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in section.FreeEntries("metadata"))
        {
            if (value is SequenceNode list)
            {
                metadata[name.Value] = [.. list.Items.OfType<ScalarNode>().Select(item => item.Value)];
            }
            else
            {
                context.Findings.Error(value, $"cannot unmarshal {value.Tag} into []string: the values of {name.Value} are a list");
            }
        }
        return new GrpcProbeConfig
        {
            Address = ProbeAddressSection.Read(context.Findings, section),
            Service = section.Text("service") ?? "",
            Metadata = metadata,
            Tls = section.Boolean("tls", absent: false),
            TlsConfig = HttpClientSection.ReadTls(context, section, ""),
        };
    }
}
