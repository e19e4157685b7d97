// Sends one call, signed as the guide says. .NET 8 or newer, nothing else:
//
//     PORTAL_AK=... PORTAL_SK=... dotnet run ADDRESS param.json
//
// Prints the answer; ends with 1 where the call was refused.
using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

string ak = Environment.GetEnvironmentVariable("PORTAL_AK")!;
string sk = Environment.GetEnvironmentVariable("PORTAL_SK")!;
// The very text that is signed is the text that is sent: it is never parsed and written anew.
string param = File.ReadAllText(args[1]).Trim();

string timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString();
byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(ak + timestamp + sk + param));
string message = JsonSerializer.Serialize(new Dictionary<string, string>
{
    ["ak"] = ak,
    ["timestamp"] = timestamp,
    ["sign"] = Convert.ToHexString(digest).ToLowerInvariant(),
    ["param"] = param,
});

using var client = new HttpClient();
var content = new StringContent(message, Encoding.UTF8, "application/json");
HttpResponseMessage answer = await client.PostAsync(args[0], content);
Console.WriteLine(await answer.Content.ReadAsStringAsync());
return answer.IsSuccessStatusCode ? 0 : 1;
