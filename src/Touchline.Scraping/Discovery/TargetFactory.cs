using System.Text;
using Touchline.Configuration;
using Touchline.Configuration.Relabelling;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>What became of a discovered address: a target, or why there is none.</summary>
/// <param name="Target">Null where relabelling dropped it or it is not usable.</param>
/// <param name="Error">Why it is not usable; null otherwise.</param>
/// <param name="DroppedBy">The index of the relabelling step that dropped it, -1 where none did.</param>
internal readonly record struct TargetOutcome(Target? Target, Labels DiscoveredLabels, string? Error, int DroppedBy = -1);

/// <summary>Makes targets of addresses: default labels, relabelling, the URL. Rules as in Prometheus 3's PopulateLabels.</summary>
internal static class TargetFactory
{
    public static TargetOutcome Create(ScrapeConfig config, string address, Labels groupLabels)
    {
        var labels = new LabelsBuilder(groupLabels).Set(LabelNames.Address, address);
        AddDefaults(labels, config);
        var discovered = labels.ToLabels();
        labels.Reset(discovered);
        if (Relabeller.IndexOfDropping(labels, config.RelabelConfigs) is >= 0 and var step)
        {
            return new TargetOutcome(null, discovered, null, step);
        }
        labels.DeleteWhere(label => label.Name.StartsWith(LabelNames.MetaPrefix, StringComparison.Ordinal));
        var error = Check(labels, out var intervalMs, out var timeoutMs);
        if (error is not null)
        {
            return new TargetOutcome(null, discovered, error);
        }
        if (labels.Get(LabelNames.Instance).Length == 0)
        {
            labels.Set(LabelNames.Instance, labels.Get(LabelNames.Address));
        }
        var all = labels.ToLabels();
        var text = UrlOf(config, all);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return new TargetOutcome(null, discovered, $"\"{text}\" is not a valid URL, expected scheme://host:port/path");
        }
        var shown = url.UserInfo.Length == 0 ? text : text.Replace(url.UserInfo + "@", "xxxxx@", StringComparison.Ordinal);
        labels.DeleteWhere(label => label.Name.StartsWith(LabelNames.ReservedPrefix, StringComparison.Ordinal));
        var target = new Target
        {
            JobName = config.JobName,
            Labels = labels.ToLabels(),
            DiscoveredLabels = discovered,
            Key = new TargetKey(all, shown),
            Url = url,
            IntervalMs = intervalMs,
            TimeoutMs = timeoutMs,
        };
        return new TargetOutcome(target, discovered, null);
    }

    private static void AddDefaults(LabelsBuilder labels, ScrapeConfig config)
    {
        SetIfEmpty(labels, LabelNames.Job, config.JobName);
        SetIfEmpty(labels, LabelNames.ScrapeInterval, PrometheusDuration.Format(config.ScrapeIntervalMs));
        SetIfEmpty(labels, LabelNames.ScrapeTimeout, PrometheusDuration.Format(config.ScrapeTimeoutMs));
        SetIfEmpty(labels, LabelNames.MetricsPath, config.MetricsPath);
        SetIfEmpty(labels, LabelNames.Scheme, config.Scheme);
        foreach (var (name, values) in config.Params)
        {
            if (values.Count > 0)
            {
                SetIfEmpty(labels, LabelNames.ParamPrefix + name, values[0]);
            }
        }
    }

    private static void SetIfEmpty(LabelsBuilder labels, string name, string value)
    {
        if (labels.Get(name).Length == 0)
        {
            labels.Set(name, value);
        }
    }

    private static string? Check(LabelsBuilder labels, out long intervalMs, out long timeoutMs)
    {
        intervalMs = 0;
        timeoutMs = 0;
        var address = labels.Get(LabelNames.Address);
        if (address.Length == 0)
        {
            return "no address";
        }
        if (address.Contains('/'))
        {
            return $"{QuotedString.Of(address)} is not a valid hostname, expected host:port without scheme and path";
        }
        var interval = labels.Get(LabelNames.ScrapeInterval);
        if (!PrometheusDuration.TryParse(interval, out intervalMs))
        {
            return $"error parsing scrape interval: not a valid duration string: {QuotedString.Of(interval)}";
        }
        var timeout = labels.Get(LabelNames.ScrapeTimeout);
        if (!PrometheusDuration.TryParse(timeout, out timeoutMs))
        {
            return $"error parsing scrape timeout: not a valid duration string: {QuotedString.Of(timeout)}";
        }
        if (intervalMs == 0 || timeoutMs == 0)
        {
            return intervalMs == 0 ? "scrape interval cannot be 0" : "scrape timeout cannot be 0";
        }
        return timeoutMs > intervalMs
            ? $"scrape timeout cannot be greater than scrape interval (\"{timeout}\" > \"{interval}\")"
            : null;
    }

    private static string UrlOf(ScrapeConfig config, Labels labels)
    {
        var query = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (name, values) in config.Params)
        {
            query[name] = [.. values];
        }
        foreach (var label in labels)
        {
            if (!label.Name.StartsWith(LabelNames.ParamPrefix, StringComparison.Ordinal))
            {
                continue;
            }
            var name = label.Name[LabelNames.ParamPrefix.Length..];
            if (query.TryGetValue(name, out var values) && values.Count > 0)
            {
                values[0] = label.Value;
            }
            else
            {
                query[name] = [label.Value];
            }
        }
        var url = new StringBuilder();
        url.Append(labels[LabelNames.Scheme]).Append("://").Append(labels[LabelNames.Address]);
        AppendPath(url, labels[LabelNames.MetricsPath]);
        var separator = '?';
        foreach (var (name, values) in query)
        {
            foreach (var value in values)
            {
                url.Append(separator).Append(QueryEscape(name)).Append('=').Append(QueryEscape(value));
                separator = '&';
            }
        }
        return url.ToString();
    }

    private static void AppendPath(StringBuilder url, string path)
    {
        if (path.Length > 0 && path[0] != '/')
        {
            url.Append('/');
        }
        // A question mark or hash in a path is part of it: the query comes from params alone.
        url.Append(path.Replace("%", "%25", StringComparison.Ordinal).Replace("?", "%3F", StringComparison.Ordinal)
            .Replace("#", "%23", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal));
    }

    private static string QueryEscape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
