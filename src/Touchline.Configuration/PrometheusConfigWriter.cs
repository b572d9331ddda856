namespace Touchline.Configuration;

/// <summary>Writes a configuration back as YAML in Prometheus's own order, defaults included, secrets as <c>&lt;secret&gt;</c>.</summary>
public static class PrometheusConfigWriter
{
    public static string ToYaml(PrometheusConfig config) => throw new NotImplementedException();
}
