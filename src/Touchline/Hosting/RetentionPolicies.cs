using Touchline.Configuration;
using Touchline.Model;
using Touchline.Options;
using Touchline.Tsdb.Retention;

namespace Touchline.Hosting;

/// <summary>The store's retention policies: of the configuration file, or of a file of their own.</summary>
internal static class RetentionPolicies
{
    // A list of its own, by which these policies are told from others that keep everything.
    private static readonly List<LabelMatcher> Everything = [];

    /// <summary>While nobody knows what was meant to be dropped, nothing is.</summary>
    public static readonly IReadOnlyList<SeriesRetention> KeepEverything = [new SeriesRetention { Matchers = Everything, KeepForMs = 0 }];

    /// <summary>Whether the policies in force are those of a file with a mistake.</summary>
    public static bool AreSwitchedOff(IReadOnlyList<SeriesRetention> inForce) => inForce.Count > 0 && ReferenceEquals(inForce[0].Matchers, Everything);

    /// <summary>Reads the policies; false where they have an error, with all that is wrong.</summary>
    public static bool TryRead(ServerOptions options, PrometheusConfig config, out IReadOnlyList<SeriesRetention> policies, out string error)
    {
        (policies, error) = ([], "");
        var read = config.RetentionPolicies;
        if (options.RetentionPoliciesFile.Length > 0)
        {
            if (read is not { Count: 0 })
            {
                error = $"retention policies stand in {options.ConfigFile} and in {options.RetentionPoliciesFile}: only one of them can have them";
                return false;
            }
            (read, var findings) = RetentionPolicyFile.Load(options.RetentionPoliciesFile);
            error = string.Join("; ", findings.Where(finding => finding.Severity == ConfigSeverity.Error));
        }
        if (read is null)
        {
            error = error.Length > 0 ? error : $"the retention policies of {options.ConfigFile} have errors";
            return false;
        }
        policies = [.. read.Select(ToStore)];
        return true;
    }

    private static SeriesRetention ToStore(RetentionPolicyConfig policy) => new()
    {
        Matchers = policy.Matchers,
        KeepForMs = policy.KeepForMs,
        Downsampling = [.. policy.Downsampling.Select(step => new Downsampling(step.AfterMs, step.ResolutionMs))],
    };
}
