namespace Touchline.Configuration.Tests;

public sealed class KubeConfigFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Program_is_read_with_what_it_is_told()
    {
        var file = Write("{ exec: { apiVersion: client.authentication.k8s.io/v1, command: bin/get, args: [a, '1'], env: [{ name: N, value: hidden }], installHint: h, provideClusterInfo: true, interactiveMode: IfAvailable } }");
        var program = KubeConfigFile.Load(file).Program!;
        Assert.Equal(Path.Combine(Path.GetDirectoryName(file)!, "bin/get"), program.Command);
        Assert.Equal(["a", "1"], program.Arguments);
        Assert.Equal("hidden", program.Environment["N"]);
        Assert.Equal("h", program.InstallHint);
        Assert.Equal("""{"server":"https://k:6443","certificate-authority-data":"eA=="}""", program.Cluster);
    }

    [Theory]
    [InlineData("get-token", "get-token")]
    [InlineData("/usr/bin/get-token", "/usr/bin/get-token")]
    public void Program_without_a_folder_is_looked_for_where_programs_are(string command, string expected)
    {
        var program = KubeConfigFile.Load(Write($"{{ exec: {{ apiVersion: client.authentication.k8s.io/v1beta1, command: {command} }} }}")).Program!;
        Assert.Equal((expected, ""), (program.Command, program.Cluster));
    }

    [Fact]
    public void User_without_a_program_has_none()
    {
        var found = KubeConfigFile.Load(Write("{ token: t }"));
        Assert.Null(found.Program);
        Assert.Equal(new Secret("t"), found.Http.Authorization!.Credentials);
    }

    [Theory]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never } }", "4:34: command must be specified to use exec authentication plugin")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: a } }", "4:48: apiVersion must be one of client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1 to use exec authentication plugin")]
    [InlineData("{ exec: { command: a } }", "4:34: apiVersion must be one of client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1 to use exec authentication plugin")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1, command: a } }", "4:34: interactiveMode must be specified, Never or IfAvailable, to use exec authentication plugin")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always } }", "4:110: interactiveMode Always needs a terminal, which a server does not have: Never or IfAvailable")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: a, env: [{ value: hidden }] } }", "4:104: env variable name must be specified, without \"=\", to use exec authentication plugin")]
    [InlineData("{ auth-provider: { name: gcp } }", "4:43: auth-provider is not there any more in Kubernetes: write exec, a token, a tokenFile or a client certificate")]
    public void Program_that_cannot_be_asked_is_named_with_its_place(string user, string said)
    {
        var file = Write(user);
        var e = Assert.Throws<FormatException>(() => KubeConfigFile.Load(file));
        Assert.Equal($"{file}:{said}", e.Message);
    }

    private string Write(string user) => _folder.Write("config", $$"""
        current-context: c
        contexts: [{ name: c, context: { cluster: k, user: u } }]
        clusters: [{ name: k, cluster: { server: 'https://k:6443', certificate-authority-data: eA== } }]
        users: [{ name: u, user: {{user}} }]
        """);
}
