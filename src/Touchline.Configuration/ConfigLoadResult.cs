namespace Touchline.Configuration;

/// <summary>
/// What became of reading a configuration file. <see cref="Config"/> is null only where nothing usable could be made of it; parts
/// that could not be honoured are missing from it and named in the diagnostics.
/// </summary>
public sealed record ConfigLoadResult(PrometheusConfig? Config, IReadOnlyList<ConfigDiagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == ConfigSeverity.Error);
}
