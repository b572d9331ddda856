using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace Touchline.Web.Hosting;

/// <summary>
/// Finds the pages' files beside the executable, from whatever directory it was started: in <c>wwwroot</c> after a publish, through the
/// build's manifest otherwise. ASP.NET Core alone looks in the working directory, and reads the manifest only in Development.
/// </summary>
internal static class WebRoot
{
    public static void Attach(IWebHostEnvironment environment, IConfiguration configuration)
    {
        var beside = AppContext.BaseDirectory;
        if (File.Exists(Path.Combine(beside, $"{environment.ApplicationName}.staticwebassets.runtime.json")))
        {
            StaticWebAssetsLoader.UseStaticWebAssets(environment, configuration);
            return;
        }
        var published = Path.Combine(beside, "wwwroot");
        if (Directory.Exists(published))
        {
            environment.WebRootPath = published;
            environment.WebRootFileProvider = new PhysicalFileProvider(published);
        }
    }
}
