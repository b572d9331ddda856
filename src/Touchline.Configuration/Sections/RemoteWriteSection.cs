using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The list <c>remote_write</c>. An entry with an error is left out, whole.</summary>
internal static class RemoteWriteSection
{
    private const string Where = "remote_write.";

    /// <summary>Ways to sign requests for one cloud each, which are not there.</summary>
    private static readonly string[] CloudSignatures = ["sigv4", "azuread", "google_iam"];

    /// <summary>Headers that a request has for reasons of its own. Source: Prometheus, config/config.go.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "content-encoding", "content-length", "content-type", "user-agent", "connection", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "www-authenticate", "accept-encoding", "x-prometheus-remote-write-version", "x-prometheus-remote-read-version",
        "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
    };

    public static List<RemoteWriteConfig> Read(ReadingContext context, MappingReader parent)
    {
        var remotes = new List<RemoteWriteConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in context.Sections(parent, "remote_write", "[]*config.RemoteWriteConfig", "empty or null remote write config section"))
        {
            var before = context.Findings.ErrorCount;
            var section = context.Section(node, PrometheusKeys.RemoteWrite);
            var remote = ReadOne(context, section);
            if (remote is { Name.Length: > 0 } && !names.Add(remote.Name))
            {
                context.Findings.Error(section["name"]!, $"found multiple remote write configs with job name {QuotedString.Of(remote.Name)}");
            }
            if (remote is not null && context.Findings.ErrorCount == before)
            {
                remotes.Add(remote);
            }
            else if (!context.Findings.Strict)
            {
                context.Findings.Warning(node, "nothing is sent to this remote because of what is wrong with it");
            }
        }
        return remotes;
    }

    private static RemoteWriteConfig? ReadOne(ReadingContext context, MappingReader section)
    {
        var url = ReadUrl(context.Findings, section);
        var signed = RejectCloudSignatures(context.Findings, section);
        var http = HttpClientSection.Read(context, section, Where) with { EnableHttp2 = section.Boolean("enable_http2", absent: false) };
        var read = new RemoteWriteConfig
        {
            Url = url ?? new Uri("http://localhost"),
            Name = section.Text("name") ?? "",
            RemoteTimeoutMs = Positive(context.Findings, section, "remote_timeout", section.Duration("remote_timeout"), 30_000),
            Headers = ReadHeaders(context.Findings, section),
            WriteRelabelConfigs = RelabelSection.Read(context, section, "write_relabel_configs", "remote write"),
            SendExemplars = section.Boolean("send_exemplars", absent: false),
            SendNativeHistograms = section.Boolean("send_native_histograms", absent: false),
            RoundRobinDns = section.Boolean("round_robin_dns", absent: false),
            Message = ReadMessage(context.Findings, section),
            Http = http,
            Queue = ReadQueue(context, section.Mapping("queue_config")),
            Metadata = ReadMetadata(context, section.Mapping("metadata_config")),
        };
        return url is null || signed ? null : read;
    }

    /// <summary>Prometheus takes any text and fails at every request; here that is said at once.</summary>
    private static Uri? ReadUrl(Findings findings, MappingReader section)
    {
        var text = section.Text("url") ?? "";
        if (text.Length == 0)
        {
            findings.Error(section["url"] ?? section.Node, "url for remote_write is empty");
            return null;
        }
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
        {
            return url;
        }
        findings.Warning(section["url"]!, $"{Where}url cannot be sent to: it must begin with http:// or https:// and have a host, as in http://receiver:9090/api/v1/write");
        return null;
    }

    private static bool RejectCloudSignatures(Findings findings, MappingReader section)
    {
        string[] ways = ["basic_auth", "authorization", "oauth2", .. CloudSignatures];
        var used = ways.Where(section.Has).ToList();
        var clouds = used.Intersect(CloudSignatures).ToList();
        if (used.Count > 1 && clouds.Count > 0)
        {
            findings.Error(section.Key(used[1])!,
                $"at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [{string.Join(' ', used)}]");
        }
        foreach (var cloud in clouds)
        {
            findings.Warning(section.Key(cloud)!, $"{Where}{cloud} is not supported by this version: requests without its signature would be refused, so none are sent");
        }
        return clouds.Count > 0;
    }

    private static Dictionary<string, Secret> ReadHeaders(Findings findings, MappingReader section)
    {
        var headers = new Dictionary<string, Secret>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in section.FreeEntries("headers"))
        {
            if (name.Value.Equals("authorization", StringComparison.OrdinalIgnoreCase))
            {
                findings.Error(name, "authorization header must be changed via the basic_auth, authorization, oauth2, or sigv4 parameter");
            }
            else if (Reserved.Contains(name.Value))
            {
                findings.Error(name, $"{name.Value} is a reserved header. It must not be changed");
            }
            else if (value is not ScalarNode scalar)
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into string: the value of header {name.Value} is a single text");
            }
            else if (scalar.Value.AsSpan().ContainsAny('\r', '\n') || !name.Value.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
            {
                findings.Error(name, $"{QuotedString.Of(name.Value)} cannot be sent as a header");
            }
            else
            {
                headers[name.Value] = new Secret(scalar.IsNull ? "" : scalar.Value);
            }
        }
        return headers;
    }

    private static RemoteWriteMessageType ReadMessage(Findings findings, MappingReader section)
    {
        switch (section.Text("protobuf_message"))
        {
            case null or "" or "prometheus.WriteRequest":
                return RemoteWriteMessageType.One;
            case "io.prometheus.write.v2.Request":
                return RemoteWriteMessageType.Two;
            case var other:
                findings.Error(section["protobuf_message"]!,
                    $"invalid protobuf_message value: unknown remote write protobuf message {other}, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request");
                return RemoteWriteMessageType.One;
        }
    }

    private static RemoteWriteQueueConfig ReadQueue(ReadingContext context, MappingNode? node)
    {
        var defaults = new RemoteWriteQueueConfig();
        if (node is null)
        {
            return defaults;
        }
        var section = context.Section(node, PrometheusKeys.RemoteWriteQueue);
        var findings = context.Findings;
        var minBackoff = Positive(findings, section, "min_backoff", section.Duration("min_backoff"), defaults.MinBackoffMs);
        var minShards = Positive(findings, section, "min_shards", section.Count("min_shards"), defaults.MinShards);
        return new RemoteWriteQueueConfig
        {
            Capacity = (int)Positive(findings, section, "capacity", section.Count("capacity"), defaults.Capacity),
            MaxShards = (int)AtLeast(findings, section, "max_shards", section.Count("max_shards"), defaults.MaxShards, minShards, "min_shards"),
            MinShards = (int)minShards,
            MaxSamplesPerSend = (int)Positive(findings, section, "max_samples_per_send", section.Count("max_samples_per_send"), defaults.MaxSamplesPerSend),
            BatchSendDeadlineMs = Positive(findings, section, "batch_send_deadline", section.Duration("batch_send_deadline"), defaults.BatchSendDeadlineMs),
            MinBackoffMs = minBackoff,
            MaxBackoffMs = AtLeast(findings, section, "max_backoff", section.Duration("max_backoff"), defaults.MaxBackoffMs, minBackoff, "min_backoff"),
            RetryOnHttp429 = section.Boolean("retry_on_http_429", defaults.RetryOnHttp429),
            SampleAgeLimitMs = section.Duration("sample_age_limit") ?? 0,
        };
    }

    private static RemoteWriteMetadataConfig ReadMetadata(ReadingContext context, MappingNode? node)
    {
        var defaults = new RemoteWriteMetadataConfig();
        if (node is null)
        {
            return defaults;
        }
        var section = context.Section(node, PrometheusKeys.RemoteWriteMetadata);
        return new RemoteWriteMetadataConfig
        {
            Send = section.Boolean("send", defaults.Send),
            SendIntervalMs = Positive(context.Findings, section, "send_interval", section.Duration("send_interval"), defaults.SendIntervalMs),
            MaxSamplesPerSend = (int)Positive(
                context.Findings, section, "max_samples_per_send", section.Count("max_samples_per_send"), defaults.MaxSamplesPerSend),
        };
    }

    /// <summary>Prometheus takes 0 in these places and does then nothing, or nothing sensible.</summary>
    private static long Positive(Findings findings, MappingReader section, string key, long? given, long absent)
    {
        if (given == 0)
        {
            findings.Warning(section[key]!, $"{key} must be more than 0: the default is used");
        }
        return given is null or 0 ? absent : given.Value;
    }

    private static long AtLeast(Findings findings, MappingReader section, string key, long? given, long absent, long least, string leastKey)
    {
        var value = Positive(findings, section, key, given, absent);
        if (value >= least)
        {
            return value;
        }
        findings.Warning(section[key] ?? section.Key(leastKey) ?? section.Node, $"{key} is less than {leastKey}, which is used for both");
        return least;
    }
}
