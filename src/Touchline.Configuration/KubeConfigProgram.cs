using System.Text;
using System.Text.Json;
using Touchline.Configuration.Syntax;

namespace Touchline.Configuration;

/// <summary>Reads <c>exec</c> of a user in a kubeconfig file. What is wrong is refused as client-go does, which asks such programs for Prometheus.</summary>
internal static class KubeConfigProgram
{
    private static readonly string[] Versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <exception cref="FormatException">It cannot be asked; the message says where.</exception>
    public static CredentialProgramConfig Read(ConfigNode exec, ConfigNode cluster, string path)
    {
        var command = KubeConfigNode.Text(exec, "command");
        var version = KubeConfigNode.Text(exec, "apiVersion");
        if (command.Length == 0)
        {
            throw KubeConfigNode.Wrong(path, exec, "command must be specified to use exec authentication plugin");
        }
        if (!Versions.Contains(version))
        {
            throw KubeConfigNode.Wrong(path, KubeConfigNode.Child(exec, "apiVersion") ?? exec, $"apiVersion must be one of {string.Join(", ", Versions)} to use exec authentication plugin");
        }
        CheckMode(exec, version, path);
        return new CredentialProgramConfig
        {
            ApiVersion = version,
            // As a shell does it: a name without a slash is looked for, a path is one; here from the folder of the file.
            Command = command.Contains('/') ? Path.Combine(Path.GetFullPath(Path.GetDirectoryName(path) ?? ""), command) : command,
            Arguments = [.. KubeConfigNode.Items(exec, "args").OfType<ScalarNode>().Select(argument => argument.Value)],
            Environment = ReadEnvironment(exec, path),
            InstallHint = KubeConfigNode.Text(exec, "installHint"),
            Cluster = KubeConfigNode.Text(exec, "provideClusterInfo") == "true" ? Describe(cluster, Path.GetDirectoryName(path) ?? "") : "",
        };
    }

    private static void CheckMode(ConfigNode exec, string version, string path)
    {
        var mode = KubeConfigNode.Text(exec, "interactiveMode");
        var at = KubeConfigNode.Child(exec, "interactiveMode") ?? exec;
        if (mode == "Always")
        {
            throw KubeConfigNode.Wrong(path, at, "interactiveMode Always needs a terminal, which a server does not have: Never or IfAvailable");
        }
        if (mode is not ("Never" or "IfAvailable") && (mode.Length > 0 || version == Versions[0]))
        {
            throw KubeConfigNode.Wrong(path, at, "interactiveMode must be specified, Never or IfAvailable, to use exec authentication plugin");
        }
    }

    private static Dictionary<string, string> ReadEnvironment(ConfigNode exec, string path)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in KubeConfigNode.Items(exec, "env"))
        {
            var name = KubeConfigNode.Text(variable, "name");
            if (name.Length == 0 || name.Contains('=') || name.Contains('\0'))
            {
                throw KubeConfigNode.Wrong(path, variable, "env variable name must be specified, without \"=\", to use exec authentication plugin");
            }
            variables[name] = KubeConfigNode.Text(variable, "value");
        }
        return variables;
    }

    /// <summary>The cluster as programs are told of it; a file of authorities is read for them.</summary>
    private static string Describe(ConfigNode cluster, string folder)
    {
        var told = new Dictionary<string, object> { ["server"] = KubeConfigNode.Text(cluster, "server") };
        foreach (var key in (string[])["tls-server-name", "certificate-authority-data", "proxy-url"])
        {
            if (KubeConfigNode.Text(cluster, key) is { Length: > 0 } value)
            {
                told[key] = value;
            }
        }
        if (KubeConfigNode.Text(cluster, "insecure-skip-tls-verify") == "true")
        {
            told["insecure-skip-tls-verify"] = true;
        }
        if (KubeConfigNode.Text(cluster, "certificate-authority") is { Length: > 0 } file)
        {
            told["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(ReadFile(Path.Combine(folder, file))));
        }
        return JsonSerializer.Serialize(told);
    }

    private static string ReadFile(string path)
    {
        try
        {
            return PlainFile.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"unable to load specified CA cert {path}: {e.Message}", e);
        }
    }
}
