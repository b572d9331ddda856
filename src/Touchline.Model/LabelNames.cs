namespace Touchline.Model;

/// <summary>Label names that Prometheus gives a meaning, and the rules that names follow.</summary>
public static class LabelNames
{
    public const string MetricName = "__name__";
    public const string MetricType = "__type__";
    public const string MetricUnit = "__unit__";
    public const string Job = "job";
    public const string Instance = "instance";
    public const string Address = "__address__";
    public const string Scheme = "__scheme__";
    public const string MetricsPath = "__metrics_path__";
    public const string ScrapeInterval = "__scrape_interval__";
    public const string ScrapeTimeout = "__scrape_timeout__";
    public const string ParamPrefix = "__param_";
    public const string MetaPrefix = "__meta_";
    public const string ReservedPrefix = "__";
    public const string ExportedPrefix = "exported_";
    public const string BucketBound = "le";
    public const string Quantile = "quantile";

    /// <summary>Whether a label says what metric a series is of, rather than which of its series: operators that make another metric drop these.</summary>
    public static bool DescribesMetric(string name) => name is MetricName or MetricType or MetricUnit;

    /// <summary>Whether the name can be written without quotes: <c>[a-zA-Z_][a-zA-Z0-9_]*</c>.</summary>
    public static bool IsLegacyLabelName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !(char.IsAsciiLetter(name[0]) || name[0] == '_'))
        {
            return false;
        }
        foreach (var c in name)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Whether the metric name can be written without quotes: <c>[a-zA-Z_:][a-zA-Z0-9_:]*</c>.</summary>
    public static bool IsLegacyMetricName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !(char.IsAsciiLetter(name[0]) || name[0] is '_' or ':'))
        {
            return false;
        }
        foreach (var c in name)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '_' or ':'))
            {
                return false;
            }
        }
        return true;
    }
}
