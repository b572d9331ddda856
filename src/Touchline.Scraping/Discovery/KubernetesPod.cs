namespace Touchline.Scraping.Discovery;

/// <summary>What Kubernetes gives a process that it runs. Source: "Accessing the Kubernetes API from a Pod" of its documentation.</summary>
/// <param name="Environment">The variables of the process.</param>
/// <param name="AccountFolder">Where the files of the service account are.</param>
internal sealed record KubernetesPod(Func<string, string?> Environment, string AccountFolder)
{
    public static KubernetesPod OfSystem { get; } = new(System.Environment.GetEnvironmentVariable, "/var/run/secrets/kubernetes.io/serviceaccount");
}
