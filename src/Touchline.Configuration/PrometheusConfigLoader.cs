namespace Touchline.Configuration;

/// <summary>Reads prometheus.yml.</summary>
public static class PrometheusConfigLoader
{
    /// <summary>Reads a file. Never throws for what the file holds: every finding is a diagnostic.</summary>
    /// <param name="strict">Whether unknown keys and unusable jobs are errors for the whole file, as in Prometheus, instead of skipped.</param>
    public static ConfigLoadResult Load(string path, bool strict) => throw new NotImplementedException();

    /// <summary>As <see cref="Load"/>, of text; relative paths are resolved against the folder of <paramref name="fileName"/>.</summary>
    public static ConfigLoadResult Parse(string yaml, string fileName, bool strict) => throw new NotImplementedException();
}
