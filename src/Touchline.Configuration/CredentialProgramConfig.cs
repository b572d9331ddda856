namespace Touchline.Configuration;

/// <summary>
/// A program that prints credentials, as <c>exec</c> in a kubeconfig file names it. Source: "client-go credential plugins" of the Kubernetes
/// documentation.
/// </summary>
public sealed record CredentialProgramConfig
{
    /// <summary>The version of the API in which it is asked and answers.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>A path, or a name that is looked for in PATH.</summary>
    public required string Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What to say where the program is not there.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>What it is told of the cluster, as JSON; empty where it does not want to know.</summary>
    public string Cluster { get; init; } = "";
}
