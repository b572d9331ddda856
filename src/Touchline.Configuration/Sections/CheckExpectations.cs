using System.Globalization;
using Touchline.Configuration.Probes;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>What a check expects beyond an answer. A key that means nothing for the kind of check is an error, as nobody would notice that it has no effect.</summary>
internal static class CheckExpectations
{
    private const long SecondsOfADay = 24 * 60 * 60;

    private static readonly Dictionary<ProberKind, string[]> Meaningful = new()
    {
        [ProberKind.Http] = ["status", "body", "body_not", "header", "method", "max_redirects", "cert_days", "insecure_skip_verify"],
        [ProberKind.Tcp] = ["expect", "cert_days", "insecure_skip_verify"],
        [ProberKind.Grpc] = ["service", "insecure_skip_verify"],
        [ProberKind.Dns] = ["expect"],
        [ProberKind.Icmp] = [],
    };

    public static ProbeModuleConfig Apply(ReadingContext context, MappingReader section, ProbeModuleConfig module)
    {
        var findings = context.Findings;
        var known = Meaningful[module.Prober];
        foreach (var key in Meaningful.Values.SelectMany(keys => keys).Distinct().Where(key => section.Has(key) && !known.Contains(key)))
        {
            findings.Error(section.Key(key)!, $"{key} means nothing here; this kind of check can have {(known.Length == 0 ? "interval and timeout" : string.Join(", ", known))}");
        }
        var tls = new TlsConfig { InsecureSkipVerify = section.Boolean("insecure_skip_verify", absent: false) };
        var days = section.Count("cert_days");
        return module.Prober switch
        {
            ProberKind.Http => module with { Http = Http(findings, section, module.Http, tls) with { MinCertificateSeconds = days * SecondsOfADay } },
            ProberKind.Tcp => module with { Tcp = module.Tcp with { TlsConfig = tls, QueryResponse = Expectation(findings, section), MinCertificateSeconds = days * SecondsOfADay } },
            ProberKind.Grpc => module with { Grpc = module.Grpc with { TlsConfig = tls, Service = section.Text("service") ?? module.Grpc.Service } },
            ProberKind.Dns when Regex(findings, section, "expect") is { } regex =>
                module with { Dns = module.Dns with { Answer = new DnsRecordRules { FailIfNoneMatches = [regex] } } },
            _ => module,
        };
    }

    private static HttpProbeConfig Http(Findings findings, MappingReader section, HttpProbeConfig http, TlsConfig tls)
    {
        var redirects = section.Count("max_redirects") ?? http.MaxRedirects;
        return http with
        {
            ValidStatusCodes = Statuses(findings, section),
            Method = section.Text("method") is { Length: > 0 } method ? method : http.Method,
            FailIfBodyNotMatches = Regex(findings, section, "body") is { } body ? [body] : [],
            FailIfBodyMatches = Regex(findings, section, "body_not") is { } not ? [not] : [],
            FailIfHeaderNotMatches = Headers(findings, section),
            MaxRedirects = redirects,
            Client = http.Client with { Tls = tls, FollowRedirects = redirects > 0 },
        };
    }

    private static List<int> Statuses(Findings findings, MappingReader section)
    {
        var statuses = new List<int>();
        var nodes = section["status"] switch { null => [], SequenceNode list => list.Items, var one => [one] };
        foreach (var node in nodes)
        {
            if (node is ScalarNode scalar && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 999)
            {
                statuses.Add(code);
            }
            else
            {
                findings.Error(node, $"{node.Tag} is not a status code: write status: 200, or [200, 204]");
            }
        }
        return statuses;
    }

    private static List<HeaderRule> Headers(Findings findings, MappingReader section)
    {
        var rules = new List<HeaderRule>();
        foreach (var (name, value) in section.FreeEntries("header"))
        {
            if (value is not ScalarNode scalar)
            {
                findings.Error(value, $"what header {name.Value} must match is a regular expression");
            }
            else if (ProbeAddressSection.Regex(findings, scalar, name.Value) is { } regex)
            {
                rules.Add(new HeaderRule(name.Value, regex, AllowMissing: false));
            }
        }
        return rules;
    }

    private static List<QueryResponseConfig> Expectation(Findings findings, MappingReader section) =>
        Regex(findings, section, "expect") is { } regex ? [new QueryResponseConfig { Expect = regex }] : [];

    private static SearchRegex? Regex(Findings findings, MappingReader section, string key)
    {
        switch (section[key])
        {
            case null:
                return null;
            case ScalarNode scalar:
                return ProbeAddressSection.Regex(findings, scalar, key);
            case var other:
                findings.Error(other, $"{key} is one regular expression");
                return null;
        }
    }
}
