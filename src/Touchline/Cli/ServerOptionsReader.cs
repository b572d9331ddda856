using System.CommandLine;
using System.Globalization;
using Touchline.Configuration;
using Touchline.Configuration.Syntax;
using Touchline.Model;
using Touchline.Options;
using Touchline.PromQL;
using Touchline.Push.StatsD;

namespace Touchline.Cli;

/// <summary>Makes <see cref="ServerOptions"/> of parsed flags, collecting every error and warning on the way.</summary>
internal sealed class ServerOptionsReader(ServerFlags flags, ParseResult parsed)
{
    internal static readonly IReadOnlyDictionary<string, PromQLFeatures> LanguageFeatures = new Dictionary<string, PromQLFeatures>
    {
        ["promql-experimental-functions"] = PromQLFeatures.ExperimentalFunctions,
        ["promql-duration-expr"] = PromQLFeatures.DurationExpressions,
        ["promql-extended-range-selectors"] = PromQLFeatures.ExtendedRangeSelectors,
        ["promql-binop-fill-modifiers"] = PromQLFeatures.FillModifiers,
        ["promql-delayed-name-removal"] = PromQLFeatures.DelayedNameRemoval,
        ["promql-per-step-stats"] = PromQLFeatures.StepStatistics,
        ["type-and-unit-labels"] = PromQLFeatures.TypeAndUnitLabels,
    };

    private static readonly HashSet<string> OtherFeatures =
    [
        "agent", "auto-gomemlimit", "auto-gomaxprocs", "auto-reload-config", "concurrent-rule-eval", "created-timestamp-zero-ingestion",
        "delayed-compaction", "exemplar-storage", "expand-external-labels", "extra-scrape-metrics", "memory-snapshot-on-shutdown",
        "metadata-wal-records", "native-histograms", "new-service-discovery-manager", "no-default-scrape-port", "old-ui", "otlp-deltatocumulative",
        "otlp-native-delta-ingestion", "otlp-write-receiver", "promql-at-modifier", "promql-negative-offset",
        "remote-write-receiver", "use-uncached-io",
    ];

    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Errors => _errors;

    public IReadOnlyList<string> Warnings => _warnings;

    public ServerOptions Read()
    {
        var external = ExternalUrl();
        var options = new ServerOptions
        {
            ConfigFile = Value(flags.ConfigFile),
            ConfigStrict = parsed.GetValue(flags.ConfigStrict),
            IsAgent = parsed.GetValue(flags.Agent),
            DataPath = NotEmpty(parsed.GetValue(flags.Agent) ? flags.AgentPath : flags.DataPath),
            RemoteQueueBytes = Positive(flags.RemoteQueueSize, Size(flags.RemoteQueueSize)),
            RetentionTimeMs = IsGiven(flags.RetentionTime) ? Duration(flags.RetentionTime) : null,
            RetentionSizeBytes = IsGiven(flags.RetentionSize) ? Size(flags.RetentionSize) : null,
            RetentionPoliciesFile = Value(flags.RetentionPoliciesFile),
            MaxSeries = IsGiven(flags.MaxSeries) ? NotNegative(flags.MaxSeries) : null,
            BlockRangeMs = Positive(flags.BlockDuration, Duration(flags.BlockDuration)),
            ListenAddresses = ListenAddresses(flags.ListenAddress),
            HostListenAddresses = ListenAddresses(flags.Host.ListenAddress),
            WebConfigFile = Value(flags.WebConfigFile),
            ExternalUrl = external,
            RoutePrefix = Prefix(external),
            EnableLifecycle = parsed.GetValue(flags.EnableLifecycle),
            EnableAdminApi = parsed.GetValue(flags.EnableAdminApi),
            EnableRemoteWriteReceiver = parsed.GetValue(flags.EnableRemoteWriteReceiver),
            EnablePushReceiver = parsed.GetValue(flags.EnablePushReceiver),
            PersistenceFile = Value(flags.PersistenceFile),
            PersistenceIntervalMs = Positive(flags.PersistenceInterval, Duration(flags.PersistenceInterval)),
            StatsD = StatsD(),
            MaxConnections = (int)Positive(flags.MaxConnections, Number(flags.MaxConnections, int.MaxValue)),
            CorsOrigin = Regex(flags.CorsOrigin),
            QueryTimeoutMs = Positive(flags.QueryTimeout, Duration(flags.QueryTimeout)),
            QueryMaxSamples = Positive(flags.QueryMaxSamples, Number(flags.QueryMaxSamples, long.MaxValue)),
            QueryMaxConcurrency = (int)Positive(flags.QueryMaxConcurrency, Number(flags.QueryMaxConcurrency, 1_000_000)),
            QueryRangeCacheBytes = Size(flags.QueryRangeCacheSize),
            LookbackDeltaMs = Positive(flags.LookbackDelta, Duration(flags.LookbackDelta)),
            Features = Features(),
            ScrapeNativeHistograms = HasFeature("native-histograms"),
            ExtraScrapeMetrics = HasFeature("extra-scrape-metrics"),
            LogLevel = Level(),
            LogFormat = Format(),
            CollectHost = parsed.GetValue(flags.CollectHost),
            Host = flags.Host.Read(parsed, _errors),
            CollectContainers = parsed.GetValue(flags.Containers.Collect),
            Containers = flags.Containers.Read(parsed, _errors, _warnings),
            ContainersListenAddress = OptionalAddress(flags.Containers.ListenAddress),
            CollectSelf = parsed.GetValue(flags.CollectSelf),
            CollectorIntervalMs = Positive(flags.CollectorInterval, Duration(flags.CollectorInterval)),
            ProbeConfigFile = Value(flags.ProbeConfigFile),
            ProbeTimeoutOffsetMs = Duration(flags.ProbeTimeoutOffset),
            ChecksFile = Value(flags.ChecksFile),
            HealthListenAddresses = ListenAddresses(flags.HealthListenAddress),
            Demo = parsed.GetValue(flags.Demo),
            DemoFaults = Value(flags.DemoFaults),
            Flags = InForce(),
        };
        if (ModeFlags.Problem(options.IsAgent, parsed.CommandResult.Command.Options.Where(IsGiven).Select(option => option.Name)) is { } problem)
        {
            _errors.Add(problem);
        }
        WarnOfMeaningless();
        return options;
    }

    private StatsDOptions StatsD() => flags.StatsD.Read(parsed, _errors, _warnings) with
    {
        UdpAddress = AddressOrNone(flags.StatsD.ListenUdp),
        TcpAddress = AddressOrNone(flags.StatsD.ListenTcp),
        MaxSeries = (int)Positive(flags.StatsD.MaxSeries, Number(flags.StatsD.MaxSeries, int.MaxValue)),
        Ttl = TimeSpan.FromMilliseconds(Duration(flags.StatsD.Ttl)),
    };

    /// <summary>An address to listen on, or the empty text for none.</summary>
    private string AddressOrNone(Option<string> flag)
    {
        var text = Value(flag);
        if (text.Length > 0 && !ListenAddress.TryParse(text, out _, out var problem))
        {
            _errors.Add($"{flag.Name}: \"{text}\": {problem}");
        }
        return text;
    }

    private string Value(Option<string> flag) => parsed.GetValue(flag) ?? "";

    private bool HasFeature(string name) => parsed.GetValue(flags.EnableFeature)?.Any(list => list.Split(',').Contains(name)) == true;

    private bool IsGiven(Option flag) => parsed.GetResult(flag) is { Implicit: false };

    private string NotEmpty(Option<string> flag)
    {
        var value = Value(flag);
        if (value.Length == 0)
        {
            _errors.Add($"{flag.Name}: must not be empty");
        }
        return value;
    }

    private long Duration(Option<string> flag)
    {
        var text = Value(flag);
        if (!PrometheusDuration.TryParse(text, out var milliseconds))
        {
            _errors.Add($"{flag.Name}: \"{text}\" is not a duration; write it as 15d, 1h30m or 500ms");
            return 1;
        }
        return milliseconds;
    }

    private long Size(Option<string> flag)
    {
        var text = Value(flag);
        if (!ByteSize.TryParse(text, out var bytes))
        {
            _errors.Add($"{flag.Name}: \"{text}\" is not a size; write it with its unit, as 512MB or 10GB");
        }
        return bytes;
    }

    private long Number(Option<string> flag, long most)
    {
        var text = Value(flag);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number > most)
        {
            _errors.Add($"{flag.Name}: \"{text}\" is not a whole number");
            return 1;
        }
        return number;
    }

    private long Positive(Option<string> flag, long value)
    {
        if (value <= 0)
        {
            _errors.Add($"{flag.Name}: must be more than 0, not {Value(flag)}");
        }
        return value;
    }

    private long NotNegative(Option<string> flag)
    {
        var value = Number(flag, int.MaxValue);
        if (value < 0)
        {
            _errors.Add($"{flag.Name}: must not be less than 0, and is {Value(flag)}");
        }
        return value;
    }

    private AnchoredRegex Regex(Option<string> flag)
    {
        try
        {
            return new AnchoredRegex(Value(flag));
        }
        catch (RegexSyntaxException e)
        {
            _errors.Add($"{flag.Name}: {e.Message}");
            return new AnchoredRegex(".*");
        }
    }

    private List<ListenAddress> ListenAddresses(Option<string[]> flag)
    {
        var addresses = new List<ListenAddress>();
        foreach (var text in parsed.GetValue(flag) ?? [])
        {
            if (!ListenAddress.TryParse(text, out var address, out var problem))
            {
                _errors.Add($"{flag.Name}: \"{text}\": {problem}");
            }
            else if (address.Port != 0 && addresses.Contains(address))
            {
                _errors.Add($"{flag.Name}: {address} is given twice");
            }
            else
            {
                addresses.Add(address);
            }
        }
        return addresses;
    }

    /// <summary>Null where the flag is empty.</summary>
    private ListenAddress? OptionalAddress(Option<string> flag)
    {
        var text = Value(flag);
        if (text.Length == 0)
        {
            return null;
        }
        if (ListenAddress.TryParse(text, out var address, out var problem))
        {
            return address;
        }
        _errors.Add($"{flag.Name}: \"{text}\": {problem}");
        return null;
    }

    private Uri? ExternalUrl()
    {
        var text = Value(flags.ExternalUrl);
        if (text.Length == 0)
        {
            return null;
        }
        if (text.StartsWith('/'))
        {
            // Prometheus takes a bare path too; the rest of the URL is then whatever the browser used.
            return new Uri("http://localhost" + text);
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            _errors.Add($"{flags.ExternalUrl.Name}: \"{text}\" is not an http or https URL");
            return null;
        }
        return url;
    }

    private string Prefix(Uri? external)
    {
        var path = Value(flags.RoutePrefix);
        if (path.Length == 0)
        {
            path = external?.AbsolutePath ?? "";
        }
        path = path.Trim('/');
        return path.Length == 0 ? "" : "/" + path;
    }

    private PromQLFeatures Features()
    {
        var features = PromQLFeatures.None;
        var names = (parsed.GetValue(flags.EnableFeature) ?? []).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        foreach (var name in names)
        {
            if (LanguageFeatures.TryGetValue(name, out var feature))
            {
                features |= feature;
            }
            else if (OtherFeatures.Contains(name))
            {
                _warnings.Add($"{flags.EnableFeature.Name}: {name} has no effect here");
            }
            else
            {
                var meant = Spelling.Closest(name, [.. LanguageFeatures.Keys, .. OtherFeatures]);
                _warnings.Add($"{flags.EnableFeature.Name}: there is no feature {name}{(meant is null ? "" : $"; did you mean {meant}?")}");
            }
        }
        return features;
    }

    private LogLevel Level()
    {
        var text = Value(flags.LogLevel);
        switch (text)
        {
            case "debug": return LogLevel.Debug;
            case "info": return LogLevel.Information;
            case "warn": return LogLevel.Warning;
            case "error": return LogLevel.Error;
            default:
                _errors.Add($"{flags.LogLevel.Name}: \"{text}\" is none of debug, info, warn, error");
                return LogLevel.Information;
        }
    }

    private LogFormat Format()
    {
        var text = Value(flags.LogFormat);
        switch (text)
        {
            case "logfmt": return LogFormat.Logfmt;
            case "json": return LogFormat.Json;
            default:
                _errors.Add($"{flags.LogFormat.Name}: \"{text}\" is neither logfmt nor json");
                return LogFormat.Logfmt;
        }
    }

    private List<KeyValuePair<string, string>> InForce() =>
    [
        .. flags.All
            .Select(flag => KeyValuePair.Create(flag.Name[2..], flag switch
            {
                Option<bool> toggle => parsed.GetValue(toggle) ? "true" : "false",
                Option<string[]> list => string.Join(',', parsed.GetValue(list) ?? []),
                Option<string> text => WithoutPassword(Value(text)),
                _ => "",
            }))
            .OrderBy(flag => flag.Key, StringComparer.Ordinal),
    ];

    /// <summary>What is shown of an address that a password stands in, as that of supervisord may be.</summary>
    private static string WithoutPassword(string value) => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.UserInfo.Split(':', 2) is [var user, _]
        ? value.Replace(url.UserInfo + "@", $"{user}:<secret>@", StringComparison.Ordinal)
        : value;

    private void WarnOfMeaningless()
    {
        var meaningless = CompatibilityFlags.WithValue.Concat(CompatibilityFlags.Switches).Select(name => "--" + name).ToHashSet();
        foreach (var option in parsed.CommandResult.Command.Options)
        {
            if (meaningless.Contains(option.Name) && IsGiven(option))
            {
                _warnings.Add($"{option.Name} is a flag of Prometheus that has no effect here");
            }
        }
        foreach (var option in new Option[] { flags.AlertmanagerDrain })
        {
            if (IsGiven(option))
            {
                _warnings.Add($"{option.Name} has no effect in this version");
            }
        }
    }
}
