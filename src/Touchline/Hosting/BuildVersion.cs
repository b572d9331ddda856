using System.Reflection;

namespace Touchline.Hosting;

/// <summary>Which Touchline this is.</summary>
internal static class BuildVersion
{
    /// <summary>
    /// The version of Prometheus whose API this one is. Clients (Grafana among them) choose between ways of asking by the version that
    /// buildinfo tells, and would take Touchline's own for a Prometheus of long ago.
    /// </summary>
    public const string Compatible = "3.5.0";

    private static readonly string Informational =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public static string Version { get; } = Informational.Split('+')[0];

    /// <summary>The commit it was built from, empty where the build did not know.</summary>
    public static string Revision { get; } = Informational.Contains('+') ? Informational.Split('+')[1] : "";
}
